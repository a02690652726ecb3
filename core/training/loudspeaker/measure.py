"""Measures the loudspeaker guard in simulated rooms: what it marks, and which words come through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.speech.word_alignment import WordErrors, count_errors
from core.training.loudspeaker.guarded import GuardedSound, guarded
from core.training.loudspeaker.pairs import SECONDS, SETTLED_S, LecturePair, PairKind, draw_pair
from core.training.loudspeaker.rooms import FRAME_S
from core.training.loudspeaker.speech import Split
from core.training.loudspeaker.words import RoomWords, spoken
from core.types import Word

if TYPE_CHECKING:
    from rich.table import Table

MUSIC_SHARE, HEADPHONES_SHARE = 0.1, 0.4
"""Pairs with music and with headphones, beside those with a lecture through a loudspeaker."""
_SHOWN = (
    ("lecture_only_marked", f"only the lecture is heard: marked as the computer's, after {SETTLED_S:g} s", ".1%"),
    ("music_only_marked", f"only music is heard: marked as the computer's, after {SETTLED_S:g} s", ".1%"),
    ("learner_only_wrongly_marked", "only the learner is heard: wrongly marked", ".1%"),
    ("learner_only_wrongly_marked_headphones", "the same, with headphones", ".1%"),
    ("both_marked_as_computer", "both speak: marked as the computer's, and so lost", ".1%"),
    ("first_mark_s_median", "first mark after the lecture has begun, median, in s", ".1f"),
    ("first_mark_s_max", "the same, longest, in s", ".1f"),
    ("lecture_words", "words of the lecture that are recognised without the guard", "d"),
    ("lecture_words_entering", "words of the lecture that count as the learner's", "d"),
    ("lecture_words_entering_share", "the same, as a share", ".1%"),
    ("word_error_rate_both", "wrong words of the learner while the lecture plays", ".0%"),
    ("word_error_rate_alone", "wrong words of the learner while the lecture pauses", ".0%"),
    ("cpu_s_per_s", "processor time, on one core", ".1%"),
)
"""Figures of the report that are shown, as what, and how."""
_ROOMS: dict[PairKind, str] = {"loudspeaker": "a lecture", "music": "music", "headphones": "headphones"}


@dataclass(slots=True)
class GuardReport:
    """Sums over all pairs. Frames by (kind of pair, stretch, verdict); errors by what was given to the recogniser."""

    split: Split
    with_words: bool
    frames: Counter[tuple[PairKind, str, str]] = field(default_factory=Counter)
    first_mark_s: list[float] = field(default_factory=list)
    lecture_words: int = 0
    lecture_words_entering: int = 0
    both: dict[str, WordErrors] = field(default_factory=dict)
    alone: dict[str, WordErrors] = field(default_factory=dict)
    cpu_s: float = 0.0
    heard_s: float = 0.0
    pairs: Counter[PairKind] = field(default_factory=Counter)

    def add_frames(self, pair: LecturePair, sound: GuardedSound) -> None:
        """Count the verdicts on one pair."""
        speakers = np.array(sound.speakers())
        stretches = {"lecture": pair.lecture_only(), "learner": pair.learner_only(), "both": pair.both()}
        for stretch, frames in stretches.items():
            for speaker, count in Counter(speakers[: frames.size][frames].tolist()).items():
                self.frames[pair.kind, stretch, speaker] += count
        marked = np.flatnonzero(speakers == "computer")
        if pair.kind != "headphones":
            self.first_mark_s.append(float(marked[0]) * FRAME_S if marked.size else SECONDS)
        self.pairs[pair.kind] += 1
        self.cpu_s += sound.cpu_s
        self.heard_s += SECONDS

    def add_words(self, pair: LecturePair, sound: GuardedSound, recognizer: RoomWords) -> None:
        """Count words on one pair: unguarded, guarded, and the learner without any lecture."""
        unguarded = recognizer.of(pair.recording.microphone)
        entering = [word for word in recognizer.of(sound.samples) if not sound.voices.is_by_computer(word)]
        without_lecture = recognizer.of(pair.recording.microphone - pair.recording.lecture)
        self.lecture_words += len(_beside(pair, unguarded))
        self.lecture_words_entering += len(_beside(pair, entering))
        for sentence in pair.sentences:
            errors = self.alone if sentence.alone else self.both
            heard = {"unguarded": unguarded, "guarded": entering, "without a lecture": without_lecture}
            for name, words in heard.items():
                understood = spoken([word for word in words if pair.during_sentence(_middle_s(word)) == sentence])
                found = count_errors(sentence.text.split(), understood)
                errors[name] = errors.get(name, WordErrors()) + found

    def share(self, kinds: Iterable[PairKind], stretch: str, *speakers: str) -> float | None:
        """Share of a stretch's frames with one of these verdicts; None if there are no such frames."""
        every = sum(count for (kind, of, _), count in self.frames.items() if kind in kinds and of == stretch)
        found = sum(self.frames[kind, stretch, speaker] for kind in kinds for speaker in speakers)
        return found / every if every else None

    def to_json(self) -> dict[str, Any]:
        """The figures as plain values; None for what was not measured."""
        return {
            "split": self.split,
            "pairs": dict(self.pairs),
            "settled_s": SETTLED_S,
            "lecture_only_marked": self.share(("loudspeaker",), "lecture", "computer"),
            "music_only_marked": self.share(("music",), "lecture", "computer"),
            "learner_only_wrongly_marked": self.share(("loudspeaker", "music", "headphones"), "learner", "computer"),
            "learner_only_wrongly_marked_headphones": self.share(("headphones",), "learner", "computer"),
            "both_marked_as_computer": self.share(("loudspeaker",), "both", "computer"),
            "first_mark_s_median": float(np.median(self.first_mark_s)),
            "first_mark_s_max": max(self.first_mark_s),
            "lecture_words": self.lecture_words if self.with_words else None,
            "lecture_words_entering": self.lecture_words_entering if self.with_words else None,
            "lecture_words_entering_share": _ratio(self.lecture_words_entering, self.lecture_words),
            "word_error_rate_both": _rates(self.both),
            "word_error_rate_alone": _rates(self.alone),
            "cpu_s_per_s": self.cpu_s / max(self.heard_s, 1e-9),
        }

    def to_table(self) -> Table:
        """What was measured, for the terminal."""
        from rich.table import Column, Table

        rooms = ", ".join(f"{count} with {_ROOMS[kind]}" for kind, count in self.pairs.items())
        title = f"loudspeaker guard, {self.split} speakers, simulated rooms: {rooms}"
        table = Table("", Column("measured", justify="right"), title=title)
        figures = self.to_json()
        for key, label, form in _SHOWN:
            value = figures[key]
            parts = value.items() if isinstance(value, dict) else (("", value),)
            for part, figure in parts:
                if figure is not None:
                    table.add_row(f"{label}, {part}" if part else label, format(figure, form).replace("%", " %"))
        return table


def measure(
    split: Split, pairs: int, seed: int, with_words: bool, progress: Callable[[float], None] = lambda share: None
) -> GuardReport:
    """Draws `pairs` rooms with a lecture, and more with music and headphones; guards and counts all of them."""
    rng = np.random.default_rng(seed)
    report, recognizer = GuardReport(split, with_words), RoomWords() if with_words else None
    kinds = _kinds(pairs)
    for place, kind in enumerate(kinds):
        pair = draw_pair(split, kind, rng)
        sound = guarded(pair.recording)
        report.add_frames(pair, sound)
        if recognizer is not None and kind == "loudspeaker":
            report.add_words(pair, sound, recognizer)
        progress((place + 1) / len(kinds))
    return report


def _kinds(pairs: int) -> list[PairKind]:
    music, headphones = max(round(pairs * MUSIC_SHARE), 1), max(round(pairs * HEADPHONES_SHARE), 1)
    counts: dict[PairKind, int] = {"loudspeaker": pairs, "music": music, "headphones": headphones}
    return [kind for kind, count in counts.items() for _ in range(count)]


def _beside(pair: LecturePair, words: list[Word]) -> list[Word]:
    """The words outside the learner's sentences, once the guard had time to settle."""
    return [word for word in words if word.start_s >= SETTLED_S and pair.during_sentence(_middle_s(word)) is None]


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _rates(errors: dict[str, WordErrors]) -> dict[str, float | None] | None:
    return {name: found.rate for name, found in errors.items()} or None


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
