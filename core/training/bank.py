"""Encoder vectors of a pack's samples, computed once: the material that sequences are composed from.

Each sample is there in several takes: as good sensors would see it, and as bad ones would (the noise episodes).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from core.errors import DataError
from core.features.picture import pixels
from core.features.settings import FeatureSettings
from core.features.voice import waveform
from core.features.words import WordTokens, as_spoken
from core.model.encoders import AudioEncoder, TextEncoder, VisualEncoder
from core.training import augment
from core.training.data import Item, Pack, Progress, places_of
from core.training.labels import CLASSES, NONE
from core.training.learners import class_target
from core.training.texts import pad
from core.writing import replace_file

GOOD_TAKES, BAD_TAKES = 3, 2
_A_CLASS = 900
"""Samples of a class at most: sequences need variety, not all fourteen thousand neutral tweets of a large pack."""


@dataclass(frozen=True, eq=False)
class Shelf:
    """One modality: vectors (n, takes, d), good takes first, and each sample's index into `CLASSES` (n,)."""

    vectors: NDArray[np.float16]
    classes: NDArray[np.int64]

    def of_class(self, label: int) -> NDArray[np.int64]:
        """Places of the samples of a class."""
        return np.flatnonzero(self.classes == label)


@dataclass(frozen=True, eq=False)
class Bank:
    """The three shelves of one split."""

    audio: Shelf
    visual: Shelf
    text: Shelf


@dataclass(frozen=True, eq=False)
class Encoders:
    """Trained encoders, with what their inputs need."""

    audio: AudioEncoder
    visual: VisualEncoder
    text: TextEncoder
    features: FeatureSettings
    tokens: WordTokens


Chosen = Callable[[Item], bool]


def make_bank(pack: Pack, chosen: Chosen, encoders: Encoders, seed: int, progress: Progress) -> Bank:
    """Encode every chosen sample that has a class, in all takes."""
    return Bank(
        _audio_shelf(pack, chosen, encoders, np.random.default_rng((seed, 0)), progress),
        _visual_shelf(pack, chosen, encoders, np.random.default_rng((seed, 1)), progress),
        _text_shelf(pack, chosen, encoders, np.random.default_rng((seed, 2)), progress),
    )


def cached_bank(path: Path, make: Callable[[], Bank]) -> Bank:
    """A bank from its file, made and written the first time."""
    if not path.exists():
        bank = make()
        parts: dict[str, NDArray[Any]] = {f"{name}_vectors": shelf.vectors for name, shelf in _shelves(bank)}
        parts |= {f"{name}_classes": shelf.classes for name, shelf in _shelves(bank)}
        replace_file(path, lambda fresh: np.savez(fresh, allow_pickle=False, **parts), DataError)
    with np.load(path) as arrays:
        return Bank(
            *(Shelf(arrays[f"{name}_vectors"], arrays[f"{name}_classes"]) for name in ("audio", "visual", "text"))
        )


def _shelves(bank: Bank) -> tuple[tuple[str, Shelf], ...]:
    return ("audio", bank.audio), ("visual", bank.visual), ("text", bank.text)


def _places(items: Sequence[Item], chosen: Chosen) -> list[int]:
    labelled: list[int] = places_of(items, lambda item: item.label is not None and chosen(item)).tolist()
    return labelled


def _shelf(name: str, targets: list[int], make: Callable[[int], Tensor], piece: int, progress: Progress) -> Shelf:
    """`make(start)` encodes samples start … start + piece in all takes, (n, takes, d)."""
    if not targets:
        raise DataError(f"The pack has no {name} that show one of the classes. Sequences cannot be composed from it.")
    parts = []
    with torch.inference_mode():  # float32, as live computes them
        for start in range(0, len(targets), piece):
            parts.append(make(start).float().half().numpy())
            progress(f"encoding {name}", min(start + piece, len(targets)), len(targets))
    return Shelf(np.concatenate(parts), np.array(targets, dtype=np.int64))


def _audio_shelf(pack: Pack, chosen: Chosen, encoders: Encoders, rng: Generator, progress: Progress) -> Shelf:
    places = _thinned(pack.voices, _places(pack.voices, chosen), rng)

    def make(start: int) -> Tensor:
        takes = []
        for place in places[start : start + 16]:
            good = [augment.voice(pack.clips[place], rng) for _ in range(GOOD_TAKES)]
            bad = [
                augment.add_noise(augment.voice(pack.clips[place], rng), rng.uniform(-8, 3), rng)
                for _ in range(BAD_TAKES)
            ]
            takes += [waveform(samples) for samples in good + bad]
        return _in_takes(encoders.audio(torch.from_numpy(np.stack(takes))))

    return _shelf("voices", [class_target(pack.voices[place].label) for place in places], make, 16, progress)


def _visual_shelf(pack: Pack, chosen: Chosen, encoders: Encoders, rng: Generator, progress: Progress) -> Shelf:
    places = _thinned(pack.faces, _places(pack.faces, chosen), rng)

    def make(start: int) -> Tensor:
        takes = []
        for place in places[start : start + 32]:
            good = [augment.picture(pack.pictures[place], rng) for _ in range(GOOD_TAKES)]
            bad = [augment.spoilt(augment.picture(pack.pictures[place], rng), rng) for _ in range(BAD_TAKES)]
            takes += [pixels(augment.rgb(picture), encoders.features) for picture in good + bad]
        crops = torch.from_numpy(np.stack(takes))[:, None]  # (n * takes, 1, C, S, S)
        return _in_takes(encoders.visual(crops, torch.ones(len(takes), 1, dtype=torch.bool)))

    return _shelf("faces", [class_target(pack.faces[place].label) for place in places], make, 32, progress)


def _text_shelf(pack: Pack, chosen: Chosen, encoders: Encoders, rng: Generator, progress: Progress) -> Shelf:
    places = _thinned(pack.texts, _places(pack.texts, chosen), rng, of_none=_A_CLASS // 2)
    words = " ".join(as_spoken(pack.texts[place].text) for place in rng.permutation(places)[:2000]).split()

    def make(start: int) -> Tensor:
        takes = []
        for place in places[start : start + 32]:
            plain = as_spoken(pack.texts[place].text)
            good = [augment.spoken(plain, words, rng, rate) for rate in (0.0, 0.1, 0.2)[:GOOD_TAKES]]
            bad = [augment.spoken(plain, words, rng, rng.uniform(0.5, 0.8)) for _ in range(BAD_TAKES)]
            takes += [encoders.tokens.of_text(text) for text in good + bad]
        return _in_takes(encoders.text(*pad(takes)))

    return _shelf("texts", [class_target(pack.texts[place].label) for place in places], make, 32, progress)


def _in_takes(vectors: Tensor) -> Tensor:
    return vectors.unflatten(0, (-1, GOOD_TAKES + BAD_TAKES))  # type: ignore[no-untyped-call, no-any-return]


def _thinned(items: Sequence[Item], places: list[int], rng: Generator, of_none: int = _A_CLASS) -> list[int]:
    """At most `_A_CLASS` samples of each state and `of_none` of none, by class."""
    kept: list[int] = []
    for label in CLASSES:
        of_class = [place for place in places if items[place].label == label]
        share = of_none if label == NONE else _A_CLASS
        kept += sorted(rng.permutation(of_class)[:share].astype(int).tolist())
    return kept
