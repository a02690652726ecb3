"""A model of the recogniser's errors, fitted once by dictation, from which errors are drawn at any rate.

Spoken and recognised words are aligned word by word. A word that is often misrecognised gets more errors than others,
and the same substitutions. The overall error rate is the caller's choice, because espeak-ng's robotic voices are
misrecognised far more than people are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.atomic_files import replace_text
from core.errors import DataError
from core.features.tokens import as_spoken
from core.training.encoders.asr_error_data import Pair, any_speaker, dictate
from core.training.pack.data import Pack, Progress, TextItem
from core.training.pack.labels import CLASSES

DICTATED = 400
_WORDS = (3, 25)
_A_SPEAKER = 20
"""Texts per speaker; the cache is written after each speaker."""
_SEED = 31
_NEVER_SAID = ("[NAME]", "http", "@", "www.")
_PRIOR = 4.0
"""Weight of the mean over all words, in words, in the estimate for a single word."""

KEPT, REPLACED, LOST, FOLLOWED = range(4)
"""What happens to a spoken word: recognised, replaced, lost, or followed by an extra word."""


@dataclass(frozen=True, eq=False)
class AsrErrorModel:
    """The error model. Recognised words are stored as often as they occurred: sampling a word is sampling an index.

    `fates`: how often each word was KEPT, REPLACED, LOST, FOLLOWED (4,).
    """

    pairs: tuple[Pair, ...]
    fates: Mapping[str, NDArray[np.float64]]
    substitutes: Mapping[str, Sequence[str]]
    inserted: Sequence[str]
    vocabulary: Sequence[str]

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


def _any(words: Sequence[str], rng: Generator) -> str:
    return words[int(rng.integers(len(words)))]


def open_error_model(pack: Pack, cache_file: Path, progress: Progress, count: int = DICTATED) -> AsrErrorModel:
    """Returns the error model of a pack's training texts, dictating them into `cache_file` first (resumable).

    Raises `DataError` if espeak-ng is missing or the file cannot be written.
    """
    texts = chosen_texts(pack, count)
    pairs = _cached_pairs(cache_file, pack, texts)
    for start in range(len(pairs), len(texts), _A_SPEAKER):
        rng = np.random.default_rng((_SEED, start))
        pairs += dictate(texts[start : start + _A_SPEAKER], any_speaker(rng), rng)
        table = {"pack": pack.fingerprint, "pairs": pairs}
        replace_text(cache_file, json.dumps(table, indent=0) + "\n", DataError)
        progress("dictation", len(pairs), len(texts))
    return fit_error_model(pairs)


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


def _cached_pairs(cache_file: Path, pack: Pack, texts: Sequence[str]) -> list[Pair]:
    """Pairs in the file that belong to these texts and to complete speakers."""
    if not cache_file.exists():
        return []
    try:
        table = json.loads(cache_file.read_text(encoding="utf-8"))
        pairs = [(str(spoken), str(recognized)) for spoken, recognized in table["pairs"]]
        same = table["pack"] == pack.fingerprint
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{cache_file} is not a dictation ({error}). Delete it, it will be made again.") from error
    if not same or [spoken for spoken, _ in pairs[: len(texts)]] != list(texts[: len(pairs)]):
        return []
    return pairs if len(pairs) >= len(texts) else pairs[: len(pairs) - len(pairs) % _A_SPEAKER]


def fit_error_model(dictated: Iterable[Pair]) -> AsrErrorModel:
    """Fits the error model to pairs. Raises `DataError` if hardly a word was recognised."""
    pairs = tuple(dictated)
    fates: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(4))
    substitutes: dict[str, list[str]] = defaultdict(list)
    inserted: list[str] = []
    for spoken, recognized in pairs:
        for word, fate, instead in aligned(spoken.split(), recognized.split()):
            fates[word][fate] += 1
            if fate == REPLACED:
                substitutes[word].append(instead)
            elif fate == FOLLOWED:
                inserted.append(instead)
    vocabulary = " ".join(recognized for _, recognized in pairs).split()
    if len(set(vocabulary)) < 2:
        raise DataError(
            "The recogniser understood hardly a word of the dictation. Check espeak-ng's voices and try again."
        )
    return AsrErrorModel(pairs, dict(fates), dict(substitutes), inserted or vocabulary, vocabulary)


def aligned(spoken: Sequence[str], recognized: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Aligns a pair: spoken words, the fate of each, and the word recognised instead of it or after it.

    A word that is followed by extra words is repeated for each of them.
    """
    for kind, i, j, k, m in SequenceMatcher(None, spoken, recognized, autojunk=False).get_opcodes():
        both = min(j - i, m - k)
        fate = KEPT if kind == "equal" else REPLACED
        yield from (
            (word, fate, instead) for word, instead in zip(spoken[i : i + both], recognized[k : k + both], strict=True)
        )
        yield from ((word, LOST, "") for word in spoken[i + both : j])
        if spoken:
            yield from ((spoken[max(j - 1, 0)], FOLLOWED, word) for word in recognized[k + both : m])
