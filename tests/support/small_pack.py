"""A data pack in the real format, made of noise and tones: shows that the stages work, not what they reach."""

from __future__ import annotations

import csv
import io
import wave
import zipfile
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

UNITS = ("AU01", "AU02", "AU04", "AU05", "AU06", "AU07", "AU09", "AU10", "AU11", "AU12", "AU14", "AU15", "AU17",
         "AU20", "AU23", "AU24", "AU25", "AU26", "AU28", "AU43")  # fmt: skip
FACES = (
    ("sad", {"AU43": 0.6}),
    ("fear", {"AU04": 0.8}),
    ("surprise", {"AU04": 0.1}),
    ("angry", {"AU04": 0.5, "AU09": 0.9}),
    ("happy", {}),
)
VOICES = (
    ("emogator", "confusion"),
    ("emogator", "interest"),
    ("emogator", "anger"),
    ("emogator", "serenity"),
    ("emodb", "boredom"),
)
TEXTS = (
    ("goemotions", "confusion", "I don't understand this at all"),
    ("goemotions", "curiosity", "How does that work, can you tell me more?"),
    ("goemotions", "annoyance", "This is so annoying, I give up!"),
    ("crowdflower", "boredom", "so bored, nothing to do"),
    ("crowdflower", "neutral", "going to the shop now"),
)


def make_pack(folder: Path, faces: int = 160, voices: int = 120, texts: int = 400) -> Path:
    """Write the five files; every identity is its own."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(folder / "faces.zip", "w") as archive:
        _table(folder / "faces.csv", ("file", "expression", *UNITS), _faces(archive, faces, rng))
    with zipfile.ZipFile(folder / "voices.zip", "w") as archive:
        header = ("file", "source", "speaker", "label", "seconds")
        _table(folder / "voices.csv", header, _voices(archive, voices, rng))
    rows = ((TEXTS[n % 5][0], f"t{n}", "train", TEXTS[n % 5][1], f"{TEXTS[n % 5][2]} {_name(n)}") for n in range(texts))
    _table(folder / "texts.csv", ("source", "id", "split", "labels", "text"), rows)
    return folder


def _name(number: int) -> str:
    """A word of its own for every number, so that no two texts say the same."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _faces(archive: zipfile.ZipFile, count: int, rng: np.random.Generator) -> Iterable[tuple[object, ...]]:
    for number in range(count):
        expression, units = FACES[number % 5]
        picture = np.clip(rng.normal(40 * (number % 5), 20, (48, 48)), 0, 255).astype(np.uint8)
        name = f"{expression}/face_{number}.jpg"
        archive.writestr(name, cv2.imencode(".jpg", picture)[1].tobytes())
        yield (name, expression, *(units.get(unit, 0.1) for unit in UNITS))


def _voices(archive: zipfile.ZipFile, count: int, rng: np.random.Generator) -> Iterable[tuple[object, ...]]:
    for number in range(count):
        source, label = VOICES[number % 5]
        tone = np.sin(2 * np.pi * (150 + 120 * (number % 5)) * np.arange(16_000) / 16_000)
        samples = (8000 * (tone + 0.1 * rng.standard_normal(16_000))).astype(np.int16)
        memory = io.BytesIO()
        with wave.open(memory, "wb") as sound:
            sound.setparams((1, 2, 16_000, samples.size, "NONE", ""))
            sound.writeframes(samples.tobytes())
        name = f"{source}/{number}.wav"
        archive.writestr(name, memory.getvalue())
        yield (name, source, f"s{number}", label, 1.0)


def _table(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(header)
        writer.writerows(rows)
