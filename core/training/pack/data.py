"""Reads a data pack: faces, voices and texts of one folder, as items with their identity.

A pack is a folder with `faces.csv` + `faces.zip`, `voices.csv` + `voices.zip` and `texts.csv`. Decoded pictures and
sound are kept as arrays in a cache folder, so that each stage need not decode them again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.atomic_files import replace_file
from core.errors import DataError
from core.features.tokens import as_spoken
from core.training.pack.labels import (
    BURSTS_AND_EMODB,
    EXPRESSIONS,
    face_class,
    text_class,
    text_excluded,
    voice_class,
    voice_excluded,
)
from core.training.pack.splits import Split, splits_of
from core.types import SAMPLE_RATE_HZ, Samples

Progress = Callable[[str, int, int], None]
"""Called with the activity, the number of finished parts, and the total."""

FACE_PX = 48
CLIP_SAMPLES = 2 * SAMPLE_RATE_HZ
ACTION_UNITS = 20


@dataclass(frozen=True, slots=True)
class FaceItem:
    """One face image; `units` are 20 action-unit intensities in [0, 1] in the order of the file, or None."""

    file: str
    expression: str
    units: tuple[float, ...] | None
    label: str | None
    split: Split

    @property
    def identity(self) -> str:
        """The person or image; an identity is never in two splits."""
        return self.file


@dataclass(frozen=True, slots=True)
class VoiceItem:
    """One voice clip of at most 2 s. `excluded` is a class that it certainly does not show."""

    file: str
    source: str
    speaker: str
    burst: str
    label: str | None
    excluded: str | None
    split: Split

    @property
    def identity(self) -> str:
        """The speaker."""
        return self.speaker


@dataclass(frozen=True, slots=True)
class TextItem:
    """One text as written, with its source's labels. `excluded` is a class that it certainly does not show."""

    source: str
    text: str
    labels: frozenset[str]
    label: str | None
    excluded: str | None
    split: Split

    @property
    def identity(self) -> str:
        """Its words, because the same short texts occur under many ids."""
        return as_spoken(self.text) or self.text


@dataclass(frozen=True, eq=False)
class Pack:
    """A pack in memory: pictures (n, 48, 48) uint8, clips (n, 32000) int16 (zero-padded), texts.

    `left_out` counts rows with an expression or a voice label that the auxiliary heads do not have.
    """

    faces: tuple[FaceItem, ...]
    pictures: NDArray[np.uint8]
    voices: tuple[VoiceItem, ...]
    clips: NDArray[np.int16]
    texts: tuple[TextItem, ...]
    fingerprint: str
    left_out: dict[str, int] = field(default_factory=dict)

    def samples(self, place: int) -> Samples:
        """One clip as samples, (32000,) in [-1, 1]."""
        samples: Samples = self.clips[place].astype(np.float32) / 32768.0
        return samples


Row = dict[str, str]
Item = FaceItem | VoiceItem | TextItem
Chosen = Callable[[Item], bool]
"""Selects items of a pack."""


def places_of(items: Sequence[Item], chosen: Chosen) -> NDArray[np.int64]:
    """Indices of the chosen items."""
    return np.array([place for place, item in enumerate(items) if chosen(item)], dtype=np.int64)


def split_places(items: Sequence[Item], split: Split) -> NDArray[np.int64]:
    """Indices of the items of a split."""
    return places_of(items, lambda item: item.split == split)


def read_pack(folder: Path, cache: Path, progress: Progress) -> Pack:
    """Reads a pack, decoding it into `cache` the first time. Raises `DataError` for a missing or broken part."""
    missing = [name for name in _PARTS if not (folder / name).is_file()]
    if missing:
        raise DataError(
            f"{folder} is not a data pack: {', '.join(missing)} missing. See docs/how-to/packs.md for the format."
        )
    fingerprint = _fingerprint(folder)
    cache = cache / f"pack-{fingerprint[:16]}"
    face_rows = list(_rows(folder / "faces.csv", "file", "expression"))
    voice_rows = list(_rows(folder / "voices.csv", "file", "source", "speaker", "label"))
    faces, voices, texts = _faces(face_rows), _voices(voice_rows), _texts(folder)
    if not faces or not voices or not texts:
        raise DataError(
            f"{folder} holds an empty table. faces.csv, voices.csv and texts.csv need at least one row each, "
            f"of the expressions {', '.join(EXPRESSIONS)} and the voices {', '.join(BURSTS_AND_EMODB)}."
        )
    pictures = _cached(cache / "pictures.npy", lambda: _decode_pictures(folder / "faces.zip", faces, progress))
    clips = _cached(cache / "clips.npy", lambda: _decode_clips(folder / "voices.zip", voices, progress))
    left_out = {"faces": len(face_rows) - len(faces), "voices": len(voice_rows) - len(voices)}
    return Pack(faces, pictures, voices, clips, texts, fingerprint, left_out)


_PARTS = ("faces.csv", "faces.zip", "voices.csv", "voices.zip", "texts.csv")


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in ("faces.csv", "voices.csv", "texts.csv"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _rows(path: Path, *needed: str) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines)
            lacking = [name for name in needed if name not in (table.fieldnames or ())]
            if lacking:
                raise DataError(f"{path} has no column {', '.join(lacking)}.")
            yield from table
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is not a table in UTF-8 ({error}).") from error


def _faces(table: list[Row]) -> tuple[FaceItem, ...]:
    rows = [row for row in table if row["expression"] in EXPRESSIONS]
    split = splits_of("face:" + row["file"] for row in rows)
    items = []
    for row in rows:
        units = _units(row)
        label = face_class(row["expression"], units)
        values = tuple(units.values()) if units else None
        items.append(FaceItem(row["file"], row["expression"], values, label, split["face:" + row["file"]]))
    return tuple(items)


def _units(row: dict[str, str]) -> dict[str, float] | None:
    """Action units of a row; None if they were not measured."""
    names = [name for name in row if name.startswith("AU")]
    if len(names) != ACTION_UNITS or not all(row[name] for name in names):
        return None
    try:
        return {name: float(row[name]) for name in names}
    except ValueError as error:
        raise DataError(f"faces.csv: an action unit of {row['file']} is not a number ({error}).") from error


def _voices(table: list[Row]) -> tuple[VoiceItem, ...]:
    rows = [row for row in table if row["label"] in BURSTS_AND_EMODB]
    speakers: dict[str, set[str]] = {}
    for row in rows:
        speakers.setdefault(row["source"], set()).add("contributor:" + row["speaker"])
    split = {source: splits_of(of_source) for source, of_source in speakers.items()}
    items = []
    for row in rows:
        source, label = row["source"], row["label"]
        items.append(
            VoiceItem(
                row["file"],
                source,
                row["speaker"],
                label,
                voice_class(source, label),
                voice_excluded(source, label),
                split[source]["contributor:" + row["speaker"]],
            )
        )
    return tuple(items)


def _texts(folder: Path) -> tuple[TextItem, ...]:
    """Texts with the same words are one identity, because hundreds of short ones occur under several ids."""
    rows = list(_rows(folder / "texts.csv", "source", "id", "labels", "text"))
    identities = ["text:" + (as_spoken(row["text"]) or row["id"]) for row in rows]
    split = splits_of(identities)
    items = []
    for row, identity in zip(rows, identities, strict=True):
        source, labels = row["source"], frozenset(filter(None, row["labels"].split("|")))
        label, excluded = text_class(source, labels), text_excluded(source, labels)
        items.append(TextItem(source, row["text"], labels, label, excluded, split[identity]))
    return tuple(items)


def _cached(path: Path, make: Callable[[], NDArray[np.generic]]) -> NDArray:  # type: ignore[type-arg]
    if not path.exists():
        array = make()
        replace_file(path, lambda fresh: np.save(fresh, array), DataError)
    return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]


def _decode_pictures(archive: Path, items: tuple[FaceItem, ...], progress: Progress) -> NDArray[np.uint8]:
    import cv2

    pictures = np.empty((len(items), FACE_PX, FACE_PX), dtype=np.uint8)
    with _opened(archive) as files:
        for place, item in enumerate(items):
            picture = cv2.imdecode(np.frombuffer(_member(files, item.file), dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
            if picture is None:
                raise DataError(f"{archive}: {item.file} is not a picture.")
            pictures[place] = cv2.resize(picture, (FACE_PX, FACE_PX), interpolation=cv2.INTER_AREA)
            _report(progress, "reading faces", place + 1, len(items))
    return pictures


def _decode_clips(archive: Path, items: tuple[VoiceItem, ...], progress: Progress) -> NDArray[np.int16]:
    clips = np.zeros((len(items), CLIP_SAMPLES), dtype=np.int16)
    with _opened(archive) as files:
        for place, item in enumerate(items):
            samples = _decode_clip(_member(files, item.file), item.file)[:CLIP_SAMPLES]
            clips[place, : samples.size] = samples
            _report(progress, "reading voices", place + 1, len(items))
    return clips


def _decode_clip(data: bytes, name: str) -> NDArray[np.int16]:
    import av

    try:
        with av.open(io.BytesIO(data), mode="r") as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
            frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.error.FFmpegError, IndexError) as error:
        raise DataError(f"{name} is not a sound file ({error}).") from error
    if not frames:
        raise DataError(f"{name} holds no sound.")
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except zipfile.BadZipFile as error:
        raise DataError(f"{archive} is not a zip archive ({error}). Copy it again.") from error


def _member(files: zipfile.ZipFile, name: str) -> bytes:
    for candidate in (name, name.split("/", 1)[-1]):
        try:
            return files.read(candidate)
        except KeyError:
            continue
    raise DataError(f"{files.filename}: {name} is named in the table but not in the archive.")


def _report(progress: Progress, what: str, done: int, total: int) -> None:
    if done % 256 == 0 or done == total:
        progress(what, done, total)
