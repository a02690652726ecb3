"""A model of the recogniser's errors, fitted once by dictation, from which errors are drawn at any rate.

Spoken and recognised words are aligned word by word. A word that is often misrecognised gets more errors than others,
and the same substitutions. The overall error rate is the caller's choice, because synthetic voices are misrecognised
more than people are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import paths
from core.atomic_files import replace_text
from core.errors import DataError
from core.features.tokens import as_spoken
from core.speech.base import Recognizer
from core.speech.word_alignment import align
from core.training.encoders.asr_error_data import Pair, any_room, any_voice, dictate
from core.training.pack.data import Pack, Progress, TextItem
from core.training.pack.labels import CLASSES

DICTATED = 400
SHIPPED = "word_errors.json"
_WORDS = (3, 25)
_A_SPEAKER = 20
"""Texts per speaker; the cache is written after each speaker."""
_SEED = 31
_NEVER_SAID = ("[NAME]", "http", "@", "www.")
_PRIOR = 4.0
"""Weight of the mean over all words, in words, in the estimate for a single word."""

Open = Callable[[], Recognizer]

KEPT, REPLACED, LOST, FOLLOWED = range(4)
"""What happens to a spoken word: recognised, replaced, lost, or followed by an extra word."""


@dataclass(frozen=True, eq=False)
class AsrErrorModel:
    """The error model. Recognised words are stored as often as they occurred: sampling a word is sampling an index.

    `recognizer`: whose errors; `fates`: how often each word was KEPT, REPLACED, LOST, FOLLOWED (4,).
    """

    recognizer: str
    fates: Mapping[str, NDArray[np.float64]]
    substitutes: Mapping[str, Sequence[str]]
    inserted: Sequence[str]
    vocabulary: Sequence[str]

    @staticmethod
    def from_json(table: Mapping[str, Any]) -> AsrErrorModel:
        """Reads what `to_json` wrote. Raises `DataError` for anything else."""
        try:
            fates = {
                str(word): np.array(counts, dtype=np.float64).reshape(4) for word, counts in table["fates"].items()
            }
            substitutes = {str(word): tuple(map(str, words)) for word, words in table["substitutes"].items()}
            inserted, vocabulary = (tuple(map(str, table[name])) for name in ("inserted", "vocabulary"))
            return AsrErrorModel(str(table["recognizer"]), fates, substitutes, inserted, vocabulary)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"This is not a table of a recogniser's errors ({error}). Make it again.") from error

    def to_json(self) -> dict[str, Any]:
        """Returns plain values: counts of words, never a sentence that was dictated."""
        return {
            "recognizer": self.recognizer,
            "fates": {word: counts.astype(int).tolist() for word, counts in sorted(self.fates.items())},
            "substitutes": {word: sorted(words) for word, words in sorted(self.substitutes.items())},
            "inserted": sorted(self.inserted),
            "vocabulary": sorted(self.vocabulary),
        }

    @cached_property
    def mean_fate(self) -> NDArray[np.float64]:
        """Shares of the four fates over all words (4,), none of them 0."""
        totals = np.ones(4) + sum(self.fates.values())
        return np.asarray(totals / totals.sum())

    def rates(self) -> dict[str, float]:
        """Word error rate of the dictation and its parts, per spoken word."""
        kept, *wrong = np.sum(list(self.fates.values()), axis=0)
        spoken = kept + wrong[0] + wrong[1]
        names = ("substitutions", "deletions", "insertions")
        parts = {name: float(count / spoken) for name, count in zip(names, wrong, strict=True)}
        return {"word_error_rate": sum(parts.values()), **parts}

    def with_errors(self, text: str, rng: Generator, rate: float) -> str:
        """Returns a spoken text (`as_spoken`) with errors; `rate` in [0, 1] is the expected word error rate.

        Words that were often misrecognised are more likely to get an error. At most one error per word.
        """
        words = text.split()
        errors = int(rng.binomial(len(words), rate))
        if errors == 0:
            return text
        fates = np.stack([self._fate(word) for word in words])  # (n, 4)
        odds = np.log1p(-fates[:, KEPT]) - np.log(fates[:, KEPT])
        order = np.argsort(-(odds + rng.gumbel(size=len(words))))  # without replacement, by their odds
        recognized = [[word] for word in words]
        for place in order[:errors]:
            recognized[place] = self._error(words[place], fates[place], rng)
        return " ".join(word for piece in recognized for word in piece)

    def _fate(self, word: str) -> NDArray[np.float64]:
        seen = self.fates.get(word)
        if seen is None:
            return self.mean_fate
        return (seen + _PRIOR * self.mean_fate) / (float(seen.sum()) + _PRIOR)

    def _error(self, word: str, fate: NDArray[np.float64], rng: Generator) -> list[str]:
        happens = REPLACED + int(np.searchsorted(np.cumsum(fate[REPLACED:]), rng.random() * fate[REPLACED:].sum()))
        if happens == LOST:
            return []
        return [word, _any(self.inserted, rng)] if happens == FOLLOWED else [self._substitution(word, rng)]

    def _substitution(self, word: str, rng: Generator) -> str:
        """A known substitution, or a new one: the fewer were seen, the likelier a new one (Witten and Bell)."""
        known = self.substitutes.get(word, ())
        while True:
            new = rng.random() * (len(known) + 1) < 1
            if (recognized := _any(self.vocabulary if new else known, rng)) != word:
                return recognized


def shipped_error_model() -> AsrErrorModel:
    """Errors of the recogniser that users run, dictated when the program was made. Raises `DataError`."""
    file = paths.assets() / SHIPPED
    try:
        return AsrErrorModel.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read ({error}). Install the program again.") from error


def open_moonshine() -> Recognizer:
    """The recogniser that users run unless they choose another one."""
    from core.speech.moonshine import open_moonshine

    return open_moonshine()


def _any(words: Sequence[str], rng: Generator) -> str:
    return words[int(rng.integers(len(words)))]


def open_error_model(
    pack: Pack, cache_file: Path, progress: Progress, count: int = DICTATED, open_recognizer: Open = open_moonshine
) -> AsrErrorModel:
    """Returns the error model of a pack's training texts, dictating them into `cache_file` first (resumable).

    Raises `DataError` if espeak-ng is missing or the file cannot be written, `SpeechError` without the recogniser.
    """
    texts = chosen_texts(pack, count)
    recognizer = open_recognizer()
    pairs = _cached_pairs(cache_file, pack, recognizer.name, texts)
    for start in range(len(pairs), len(texts), _A_SPEAKER):
        rng = np.random.default_rng((_SEED, start))
        pairs += dictate(texts[start : start + _A_SPEAKER], any_voice(rng), any_room(rng), recognizer, rng)
        table = {"pack": pack.fingerprint, "recognizer": recognizer.name, "pairs": pairs}
        replace_text(cache_file, json.dumps(table, indent=0) + "\n", DataError)
        progress("dictation", len(pairs), len(texts))
    recognizer.close()
    return fit_error_model(recognizer.name, pairs)


def chosen_texts(pack: Pack, count: int) -> list[str]:
    """Training texts that show a class and could be spoken, normalised, the classes in turn."""
    rng = np.random.default_rng(_SEED)
    sayable: dict[str, list[str]] = {name: [] for name in CLASSES}
    for item in pack.texts:
        if item.split == "train" and item.label in sayable and _speakable(item):
            sayable[item.label].append(as_spoken(item.text))
    queues = [[texts[place] for place in rng.permutation(len(texts))] for texts in sayable.values()]
    in_turn = [queue[turn] for turn in range(max(map(len, queues))) for queue in queues if turn < len(queue)]
    if not in_turn:
        raise DataError("The pack has no training texts of 3 to 25 words that show a class. Dictation needs some.")
    return list(dict.fromkeys(in_turn))[:count]


def _speakable(item: TextItem) -> bool:
    fewest, most = _WORDS
    return not any(mark in item.text for mark in _NEVER_SAID) and (fewest <= len(as_spoken(item.text).split()) <= most)


def _cached_pairs(cache_file: Path, pack: Pack, recognizer: str, texts: Sequence[str]) -> list[Pair]:
    """Pairs in the file that belong to these texts, this recogniser and to complete speakers."""
    if not cache_file.exists():
        return []
    try:
        table = json.loads(cache_file.read_text(encoding="utf-8"))
        pairs = [(str(spoken), str(recognized)) for spoken, recognized in table["pairs"]]
        same = (table["pack"], table.get("recognizer")) == (pack.fingerprint, recognizer)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{cache_file} is not a dictation ({error}). Delete it, it will be made again.") from error
    if not same or [spoken for spoken, _ in pairs[: len(texts)]] != list(texts[: len(pairs)]):
        return []
    return pairs if len(pairs) >= len(texts) else pairs[: len(pairs) - len(pairs) % _A_SPEAKER]


def fit_error_model(recognizer: str, dictated: Iterable[Pair]) -> AsrErrorModel:
    """Fits the error model to pairs. Raises `DataError` if hardly a word was recognised."""
    fates: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(4))
    substitutes: dict[str, list[str]] = defaultdict(list)
    inserted: list[str] = []
    vocabulary: list[str] = []
    for spoken, recognized in dictated:
        vocabulary += recognized.split()
        for word, fate, instead in fates_of(spoken.split(), recognized.split()):
            fates[word][fate] += 1
            if fate == REPLACED:
                substitutes[word].append(instead)
            elif fate == FOLLOWED:
                inserted.append(instead)
    if len(set(vocabulary)) < 2:
        raise DataError(
            "The recogniser understood hardly a word of the dictation. Check espeak-ng's voices and try again."
        )
    return AsrErrorModel(recognizer, dict(fates), dict(substitutes), inserted or vocabulary, vocabulary)


def fates_of(spoken: Sequence[str], recognized: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Spoken words, the fate of each, and the word recognised instead of it or after it.

    A word that is followed by extra words is repeated for each of them.
    """
    before = spoken[0] if spoken else None
    for word, instead in align(spoken, recognized):
        if word is not None:
            before = word
            yield word, LOST if instead is None else KEPT if instead == word else REPLACED, instead or ""
        elif before is not None:
            yield before, FOLLOWED, instead or ""
