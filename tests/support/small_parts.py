"""A small model, feature pipeline, face finder and recogniser: the same contracts as the real ones, no weights.

Each depends on all of its input and keeps the state that the real one keeps, so that a session with a wrong order,
window or memory gives different numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import (
    MODALITIES,
    SAMPLE_RATE_HZ,
    FaceBox,
    Modality,
    Presence,
    Reason,
    Samples,
    Sighting,
    VideoFrame,
    Window,
    Word,
)


@dataclass(frozen=True)
class SmallOutput:
    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    weight_low: NDArray[np.float32]
    weight_high: NDArray[np.float32]
    abstain: bool
    features: dict[Modality, NDArray[np.float16]]
    explanation: dict[str, NDArray[np.float32]] | None = None


@dataclass(frozen=True)
class SmallPrepared:
    inputs: dict[Modality, float]
    presence: dict[Modality, Presence]


class SmallFeatures:
    """One number for each present modality."""

    languages = ("en",)

    def prepare(self, window: Window) -> SmallPrepared:
        seen = [float(s.crop.mean()) for s in window.sightings if s.crop is not None]
        loud = float(np.sqrt(np.square(window.audio).mean()))
        found: dict[Modality, tuple[bool, float, Reason]] = {
            "audio": (loud > 1e-4, float(np.dot(window.audio, np.arange(window.audio.size)) / 1e6), Reason.SILENCE),
            "visual": (bool(seen), sum(seen) + len(seen), Reason.NO_FACE),
            "text": (bool(window.words), sum(len(w.text) + w.end_s for w in window.words), Reason.NO_WORDS),
        }
        presence = {m: Presence(there, float(there), None if there else why) for m, (there, _, why) in found.items()}
        presence |= {m: Presence(False, 0.0, reason) for m, reason in window.unavailable.items()}
        return SmallPrepared({m: value for m, (_, value, _) in found.items() if presence[m].present}, presence)


class SmallModel:
    """Half its previous output, half its input."""

    profile, sha256, device, encoders = "small", "0" * 64, "cpu", "small"

    def __init__(self, doubtful_below: float = 0.0) -> None:
        self._doubtful_below = doubtful_below
        self._explaining, self._feeding_back = False, True
        self.reset()

    def reset(self) -> None:
        self._last = np.full(4, 0.25)

    def step(self, inputs: dict[Modality, float]) -> SmallOutput:
        evidence = np.cos(np.arange(1, 5) * (1.0 + sum(inputs.values())))
        if not self._feeding_back:
            self.reset_feedback()
        before = self._last
        self._last = 0.5 * self._last + 0.5 * np.exp(evidence) / np.exp(evidence).sum()
        share = np.array([m in inputs for m in MODALITIES]) / max(len(inputs), 1)
        doubtful, share = bool(self._last.max() < self._doubtful_below), share.astype(np.float32)
        features = {m: np.array([value], np.float16) for m, value in inputs.items()}
        why = self._why(before, share) if self._explaining else None
        probabilities = self._last if inputs else np.full(4, np.nan)
        return SmallOutput(probabilities.astype(np.float32), share, share / 2, np.sqrt(share), doubtful, features, why)

    def explain(self, wanted: bool) -> None:
        self._explaining = wanted

    def feed_back(self, wanted: bool) -> None:
        self._feeding_back = wanted

    def reset_feedback(self) -> None:
        self._last = np.full(4, 0.25)

    def _why(self, before: NDArray[np.float64], share: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        alone = (np.eye(3) * (share > 0)[:, None]).astype(np.float32)
        evidence = (2 * self._last - before).astype(np.float32)
        without = np.tile(self._last, (3, 1)).astype(np.float32)
        names = ("heard", "told", "without", "evidence", "feedback")
        values = (np.zeros((3, 3, 4)), alone, without, evidence, before)
        return {name: value.astype(np.float32) for name, value in zip(names, values, strict=True)}


class SmallFinder:
    """Finds a face in every frame; the crop depends on the number of frames before, as tracking does."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.looked: list[float] = []

    def look(self, frame: VideoFrame) -> Sighting:
        self.looked.append(frame.t_s)
        crop = (frame.rgb[:8, :8].astype(np.uint16) + len(self.looked)).astype(np.uint8)
        size = (frame.rgb.shape[1], frame.rgb.shape[0])
        return Sighting(frame.t_s, size, FaceBox(0, 0, 8, 8, 1.0), 1, Presence(True), crop)


class SmallRecognizer:
    """Every second of sound becomes one word named after its loudness; a begun second is a partial word."""

    name, language = "small", "en"

    def __init__(self) -> None:
        self.heard = np.zeros(0, np.float32)
        self._start_s: float | None = None
        self.closed = False

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        self._start_s = start_s if self._start_s is None else self._start_s
        self.heard = np.concatenate([self.heard, samples])
        first = (self.heard.size - samples.size) // SAMPLE_RATE_HZ
        return [self._word(k, final=True) for k in range(first, self.heard.size // SAMPLE_RATE_HZ)]

    def partial(self) -> list[Word]:
        whole = self.heard.size // SAMPLE_RATE_HZ
        return [self._word(whole, final=False)] if self.heard.size > whole * SAMPLE_RATE_HZ else []

    def flush(self) -> list[Word]:
        said = [self._word(self.heard.size // SAMPLE_RATE_HZ, final=True)] if self.partial() else []
        self.heard, self._start_s = np.zeros(0, np.float32), None
        return said

    def close(self) -> None:
        self.closed = True

    def _word(self, second: int, *, final: bool) -> Word:
        part = self.heard[second * SAMPLE_RATE_HZ : (second + 1) * SAMPLE_RATE_HZ]
        start_s = (self._start_s or 0.0) + second
        return Word(f"w{np.abs(part).mean():.4f}", start_s, start_s + part.size / SAMPLE_RATE_HZ, final=final)
