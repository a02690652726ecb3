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


@dataclass(slots=True)
class GuardReport:
    """Sums over all pairs. Frames by (kind of pair, stretch, verdict); errors by what was given to the recogniser."""

    split: Split
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
            for name, words in (("unguarded", unguarded), ("guarded", entering), ("no lecture", without_lecture)):
                understood = spoken([word for word in words if pair.during_sentence(_middle_s(word)) == sentence])
                found = count_errors(sentence.text.split(), understood)
                errors[name] = errors.get(name, WordErrors()) + found

    def share(self, kinds: Iterable[PairKind], stretch: str, *speakers: str) -> float:
        """Share of a stretch's frames with one of these verdicts."""
        every = sum(count for (kind, of, _), count in self.frames.items() if kind in kinds and of == stretch)
        found = sum(self.frames[kind, stretch, speaker] for kind in kinds for speaker in speakers)
        return found / every if every else 0.0

    def to_json(self) -> dict[str, Any]:
        """The figures as plain values."""
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
            "lecture_words": self.lecture_words,
            "lecture_words_entering": self.lecture_words_entering,
            "lecture_words_entering_share": self.lecture_words_entering / max(self.lecture_words, 1),
            "word_error_rate_both": _rates(self.both),
            "word_error_rate_alone": _rates(self.alone),
            "cpu_s_per_s": self.cpu_s / max(self.heard_s, 1e-9),
        }

    def to_table(self) -> Table:
        """The figures for the terminal."""
        from rich.table import Table

        table = Table("loudspeaker guard, simulated rooms", "measured", title=f"{self.split} speakers")
        for name, value in self.to_json().items():
            for part, figure in value.items() if isinstance(value, dict) else (("", value),):
                shown = f"{figure:.4f}" if isinstance(figure, float) else str(figure)
                table.add_row(f"{name} {part}".strip().replace("_", " "), shown)
        return table


def measure(
    split: Split, pairs: int, seed: int, with_words: bool, progress: Callable[[float], None] = lambda share: None
) -> GuardReport:
    """Draws `pairs` rooms with a lecture, and more with music and headphones; guards and counts all of them."""
    rng = np.random.default_rng(seed)
    report, recognizer = GuardReport(split), RoomWords() if with_words else None
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


def _rates(errors: dict[str, WordErrors]) -> dict[str, float]:
    return {name: found.rate or 0.0 for name, found in errors.items()}
