"""Encoder vectors of a pack's samples, computed once; sequences are composed from them.

Each sample has several takes: with good sensors, and with bad ones for the noise episodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from core.atomic_files import replace_file
from core.errors import DataError
from core.features.audio import waveform
from core.features.face_pixels import pixels
from core.features.settings import FeatureSettings
from core.features.tokens import WordTokens, as_spoken
from core.model.encoders import AudioEncoder, TextEncoder, VisualEncoder
from core.training.encoders.encoder_tasks import class_target
from core.training.encoders.texts import pad
from core.training.pack import augment
from core.training.pack.data import Chosen, Item, Pack, Progress, places_of
from core.training.pack.labels import CLASSES, NONE
from core.types import Samples

GOOD_TAKES, BAD_TAKES = 3, 2
_TAKES = GOOD_TAKES + BAD_TAKES
_A_CLASS = 900
"""Samples per class at most: sequences need variety, but not all fourteen thousand neutral tweets of a large pack."""


@dataclass(frozen=True, eq=False)
class ModalityEmbeddings:
    """One modality: vectors (n, takes, d), good takes first; each sample's index into `CLASSES` (n,) and its index
    among the pack's items (n,).
    """

    vectors: NDArray[np.float16]
    classes: NDArray[np.int64]
    places: NDArray[np.int64]

    @cached_property
    def by_class(self) -> tuple[NDArray[np.int64], ...]:
        """For each class, the indices of its samples."""
        return tuple(np.flatnonzero(self.classes == label) for label in range(len(CLASSES)))


@dataclass(frozen=True, eq=False)
class EmbeddingBank:
    """The embeddings of one split, by modality."""

    audio: ModalityEmbeddings
    visual: ModalityEmbeddings
    text: ModalityEmbeddings


@dataclass(frozen=True, eq=False)
class TrainedEncoders:
    """Trained encoders, with the settings for their inputs."""

    audio: AudioEncoder
    visual: VisualEncoder
    text: TextEncoder
    features: FeatureSettings
    tokens: WordTokens

    def encode_voices(self, clips: Sequence[Samples]) -> Tensor:
        """Encodes n clips → (n, d_a)."""
        return torch.as_tensor(self.audio(torch.from_numpy(np.stack([waveform(clip) for clip in clips]))))

    def encode_faces(self, pictures: Sequence[NDArray[np.uint8]]) -> Tensor:
        """Encodes n grey face pictures (S, S) → (n, d_v)."""
        crops = np.stack([pixels(augment.rgb(picture), self.features) for picture in pictures])[:, None]
        mask = torch.ones(len(pictures), 1, dtype=torch.bool)
        return torch.as_tensor(self.visual(torch.from_numpy(crops), mask))  # crops (n, 1, C, S, S)

    def encode_texts(self, texts: Sequence[str]) -> Tensor:
        """Encodes n texts → (n, d_t)."""
        return torch.as_tensor(self.text(*pad([self.tokens.of_text(text) for text in texts])))


@dataclass(frozen=True, slots=True, eq=False)
class Sensors:
    """How sensors change a sample in one of its takes; takes below `GOOD_TAKES` are good ones.

    voice: clip (32000,) int16, take, rng → samples · face: grey (S, S), take, rng → grey (S, S)
    words: words as spoken, take, rng, substitutes for misheard words → words as heard
    """

    voice: Callable[[NDArray[np.int16], int, Generator], Samples]
    face: Callable[[NDArray[np.uint8], int, Generator], NDArray[np.uint8]]
    words: Callable[[str, int, Generator, list[str]], str]


def _voice_take(clip: NDArray[np.int16], take: int, rng: Generator) -> Samples:
    samples = augment.voice(clip, rng)
    return samples if take < GOOD_TAKES else augment.add_noise(samples, rng.uniform(-8, 3), rng)


def _face_take(grey: NDArray[np.uint8], take: int, rng: Generator) -> NDArray[np.uint8]:
    picture = augment.picture(grey, rng)
    return picture if take < GOOD_TAKES else augment.degraded(picture, rng)


def _words_take(text: str, take: int, rng: Generator, vocabulary: list[str]) -> str:
    return augment.spoken(text, vocabulary, rng, take / 10 if take < GOOD_TAKES else rng.uniform(0.5, 0.8))


ORDINARY = Sensors(_voice_take, _face_take, _words_take)
"""Webcam, room and recogniser of usual quality, and at their worst."""


def make_bank(
    pack: Pack, chosen: Chosen, encoders: TrainedEncoders, seed: int, progress: Progress, sensors: Sensors = ORDINARY
) -> EmbeddingBank:
    """Encodes every chosen sample that has a class, in all takes. The same seed chooses the same samples."""
    return EmbeddingBank(
        _voice_embeddings(pack, chosen, encoders, seed, progress, sensors),
        _face_embeddings(pack, chosen, encoders, seed, progress, sensors),
        _text_embeddings(pack, chosen, encoders, seed, progress, sensors),
    )


def cached_bank(path: Path, make: Callable[[], EmbeddingBank]) -> EmbeddingBank:
    """Reads a bank from its file, or makes and writes it."""
    if not path.exists():
        bank = make()
        parts: dict[str, NDArray[Any]] = {f"{name}_vectors": one.vectors for name, one in _by_modality(bank)}
        parts |= {f"{name}_classes": one.classes for name, one in _by_modality(bank)}
        parts |= {f"{name}_places": one.places for name, one in _by_modality(bank)}
        replace_file(path, lambda fresh: np.savez(fresh, allow_pickle=False, **parts), DataError)
    with np.load(path) as arrays:
        return EmbeddingBank(
            *(
                ModalityEmbeddings(arrays[f"{name}_vectors"], arrays[f"{name}_classes"], arrays[f"{name}_places"])
                for name in ("audio", "visual", "text")
            )
        )


def _by_modality(bank: EmbeddingBank) -> tuple[tuple[str, ModalityEmbeddings], ...]:
    return ("audio", bank.audio), ("visual", bank.visual), ("text", bank.text)


def _places(items: Sequence[Item], chosen: Chosen) -> list[int]:
    labelled: list[int] = places_of(items, lambda item: item.label is not None and chosen(item)).tolist()
    return labelled


def _voice_embeddings(
    pack: Pack, chosen: Chosen, encoders: TrainedEncoders, seed: int, progress: Progress, sensors: Sensors
) -> ModalityEmbeddings:
    """Encodes the voices that have a class, as recorded by the sensors."""
    rng = np.random.default_rng((seed, 0))
    places = _thinned(pack.voices, _places(pack.voices, chosen), rng)

    def encoded(piece: list[int]) -> Tensor:
        takes = [sensors.voice(pack.clips[place], take, rng) for place in piece for take in range(_TAKES)]
        return encoders.encode_voices(takes)

    return _encode_takes("voices", pack.voices, places, encoded, 16, progress)


def _face_embeddings(
    pack: Pack, chosen: Chosen, encoders: TrainedEncoders, seed: int, progress: Progress, sensors: Sensors
) -> ModalityEmbeddings:
    """Encodes the faces that have a class, as recorded by the sensors."""
    rng = np.random.default_rng((seed, 1))
    places = _thinned(pack.faces, _places(pack.faces, chosen), rng)

    def encoded(piece: list[int]) -> Tensor:
        takes = [sensors.face(pack.pictures[place], take, rng) for place in piece for take in range(_TAKES)]
        return encoders.encode_faces(takes)

    return _encode_takes("faces", pack.faces, places, encoded, 32, progress)


def _text_embeddings(
    pack: Pack, chosen: Chosen, encoders: TrainedEncoders, seed: int, progress: Progress, sensors: Sensors
) -> ModalityEmbeddings:
    """Encodes the texts that have a class, as heard by a recogniser."""
    rng = np.random.default_rng((seed, 2))
    places = _thinned(pack.texts, _places(pack.texts, chosen), rng, of_none=_A_CLASS // 2)
    words = " ".join(as_spoken(pack.texts[place].text) for place in rng.permutation(places)[:2000]).split()

    def encoded(piece: list[int]) -> Tensor:
        spoken = [as_spoken(pack.texts[place].text) for place in piece]
        return encoders.encode_texts(
            [sensors.words(text, take, rng, words) for text in spoken for take in range(_TAKES)]
        )

    return _encode_takes("texts", pack.texts, places, encoded, 32, progress)


def _encode_takes(
    name: str,
    items: Sequence[Item],
    places: list[int],
    encoded: Callable[[list[int]], Tensor],
    size: int,
    progress: Progress,
) -> ModalityEmbeddings:
    """`encoded` returns the vectors of some samples in all takes, (n * takes, d)."""
    if not places:
        raise DataError(f"The pack has no {name} that show one of the classes. Sequences cannot be composed from it.")
    parts = []
    with torch.inference_mode():  # float32, as in live
        for start in range(0, len(places), size):
            vectors = encoded(places[start : start + size]).float().half().numpy()
            parts.append(vectors.reshape(-1, _TAKES, vectors.shape[-1]))
            progress(f"encoding {name}", min(start + size, len(places)), len(places))
    classes = np.array([class_target(items[place].label) for place in places], dtype=np.int64)
    return ModalityEmbeddings(np.concatenate(parts), classes, np.array(places, dtype=np.int64))


def _thinned(items: Sequence[Item], places: list[int], rng: Generator, of_none: int = _A_CLASS) -> list[int]:
    """At most `_A_CLASS` samples of each state and `of_none` of none, by class."""
    kept: list[int] = []
    for label in CLASSES:
        of_class = [place for place in places if items[place].label == label]
        share = of_none if label == NONE else _A_CLASS
        kept += sorted(rng.permutation(of_class)[:share].astype(int).tolist())
    return kept
