"""Sensors of fixed severity, one modality at a time: the test samples of the noise sweep are encoded through them.

Each level starts from the sample as published, without the augmentation of training, so that the first level of every
sweep is clean. A sequence keeps its states, samples and presence over all levels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from core.atomic_files import replace_file
from core.errors import DataError
from core.features.tokens import as_spoken
from core.training.fusion.embedding_bank import ORDINARY, EmbeddingBank, ModalityEmbeddings, Sensors, TrainedEncoders
from core.training.pack import augment
from core.training.pack.data import Pack, Progress
from core.types import Samples

_SENSOR_NOISE = 4.0
"""Deviation in grey levels of a webcam's own noise, which dominates a dark picture."""
_PIECE = 16


@dataclass(frozen=True, slots=True)
class SeveritySweep:
    """Levels from clean to worst, and the sensors at a level. The first level is the clean sample."""

    name: str
    title: str
    modality: str
    levels: tuple[float, ...]
    labels: tuple[str, ...]
    sensors: Callable[[float], Sensors]


def _voice_at(snr_db: float) -> Sensors:
    def voice(clip: NDArray[np.int16], take: int, rng: Generator) -> Samples:
        samples = clip.astype(np.float32) / 32768.0
        return samples if np.isinf(snr_db) else augment.add_noise(samples, snr_db, rng)

    return replace(ORDINARY, voice=voice)


def _face_blurred(sigma_px: float) -> Sensors:
    def face(grey: NDArray[np.uint8], take: int, rng: Generator) -> NDArray[np.uint8]:
        import cv2

        return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma_px), dtype=np.uint8) if sigma_px else grey

    return replace(ORDINARY, face=face)


def _face_in_the_dark(light: float) -> Sensors:
    def face(grey: NDArray[np.uint8], take: int, rng: Generator) -> NDArray[np.uint8]:
        if light == 1.0:
            return grey
        dark = grey * light + rng.normal(_SENSOR_NOISE, _SENSOR_NOISE, grey.shape)
        return np.clip(dark, 0, 255).astype(np.uint8)

    return replace(ORDINARY, face=face)


def _words_with_errors(rate: float) -> Sensors:
    def words(text: str, take: int, rng: Generator, vocabulary: list[str]) -> str:
        return augment.garbled(text, vocabulary, rng, rate)

    return replace(ORDINARY, words=words)


SWEEPS: tuple[SeveritySweep, ...] = (
    SeveritySweep(
        "voice-noise",
        "noise on the voice, signal to noise in dB",
        "audio",
        (np.inf, 20.0, 10.0, 5.0, 0.0, -5.0),
        ("clean", "20", "10", "5", "0", "−5"),
        _voice_at,
    ),
    SeveritySweep(
        "picture-blur",
        "blur of the face, σ in px of a 48-px face",
        "visual",
        (0.0, 0.5, 1.0, 2.0, 3.0, 5.0),
        ("clean", "0.5", "1", "2", "3", "5"),
        _face_blurred,
    ),
    SeveritySweep(
        "picture-dark",
        "light on the face, share of full light",
        "visual",
        (1.0, 0.4, 0.2, 0.1, 0.05),
        ("clean", "40 %", "20 %", "10 %", "5 %"),
        _face_in_the_dark,
    ),
    SeveritySweep(
        "word-errors",
        "words lost or misheard",
        "text",
        (0.0, 0.1, 0.2, 0.4, 0.6),
        ("clean", "10 %", "20 %", "40 %", "60 %"),
        _words_with_errors,
    ),
)
Opened = Callable[[], tuple[Pack, TrainedEncoders]]
"""Opens the pack and the encoders, called only if something has to be encoded."""


def noisy_banks(
    folder: Path, ordinary: EmbeddingBank, opened: Opened, seed: int, progress: Progress
) -> dict[str, list[EmbeddingBank]]:
    """For each sweep the bank at every level: one modality encoded again, the others unchanged. Stored in `folder`."""

    def bank(sweep: SeveritySweep, place: int) -> EmbeddingBank:
        name = f"{sweep.modality}-clean" if place == 0 else f"{sweep.name}-{place}"
        path, embeddings = folder / f"{name}.npy", getattr(ordinary, sweep.modality)
        if not path.exists():
            vectors = encoded(sweep, sweep.levels[place], embeddings, opened, seed, progress)
            replace_file(path, lambda fresh: np.save(fresh, vectors), DataError)
        return replace(ordinary, **{sweep.modality: in_every_take(np.load(path), embeddings, path)})

    return {sweep.name: [bank(sweep, place) for place in range(len(sweep.levels))] for sweep in SWEEPS}


def in_every_take(vectors: NDArray[np.float16], embeddings: ModalityEmbeddings, path: Path) -> ModalityEmbeddings:
    """The same vectors (n, d) for every take. Raises `DataError` for other samples."""
    if len(vectors) != len(embeddings.classes):
        raise DataError(f"{path} was made of other samples than the run's bank-test.npz. Delete it and start again.")
    return replace(embeddings, vectors=np.broadcast_to(vectors[:, None], embeddings.vectors.shape))


def encoded(
    sweep: SeveritySweep, level: float, embeddings: ModalityEmbeddings, opened: Opened, seed: int, progress: Progress
) -> NDArray[np.float16]:
    """Encodes the samples through the sensors of a level, (n, d), with the same random draws at every level."""
    pack, encoders = opened()
    rng, sensors = np.random.default_rng((seed, SWEEPS.index(sweep))), sweep.sensors(level)
    texts = [as_spoken(pack.texts[place].text) for place in embeddings.places] if sweep.modality == "text" else []
    vocabulary = " ".join(texts).split()

    def encode(places: list[int]) -> Tensor:
        if sweep.modality == "audio":
            return encoders.encode_voices([sensors.voice(pack.clips[place], 0, rng) for place in places])
        if sweep.modality == "visual":
            return encoders.encode_faces([sensors.face(pack.pictures[place], 0, rng) for place in places])
        spoken = [as_spoken(pack.texts[place].text) for place in places]
        return encoders.encode_texts([sensors.words(text, 0, rng, vocabulary) for text in spoken])

    parts, places = [], embeddings.places.tolist()
    with torch.inference_mode():  # float32, as in live
        for start in range(0, len(places), _PIECE):
            parts.append(encode(places[start : start + _PIECE]).float().half().numpy())
            progress(f"encoding with {sweep.title}: {level:g}", min(start + _PIECE, len(places)), len(places))
    return np.concatenate(parts)
