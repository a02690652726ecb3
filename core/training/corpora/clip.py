"""The common form of every corpus: labelled stretches of recordings, each of one person, and what was left out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.errors import DataError

Part = Literal["train", "val", "test"]
PARTS: tuple[Part, ...] = ("train", "val", "test")

MISSING = "whose media file is missing"
BAD_ROW = "whose row or line cannot be read"


@dataclass(frozen=True, slots=True)
class Clip:
    """One labelled stretch of a recording that shows one person.

    `id` is unique in its corpus; `identity` is the person, as far as the corpus names them.
    `label` is the corpus's own label. `end_s` None: to the end of the file.
    `audio`: a sound file of this stretch alone, used instead of the media's own sound.
    `side`: the half of the picture that shows the person. `silent`: the sound must not be used.
    `words`: the transcript, None if there is none. `part` is the corpus's own split, None if it has none.
    """

    id: str
    media: Path
    identity: str
    label: str
    start_s: float = 0.0
    end_s: float | None = None
    audio: Path | None = None
    side: Literal["left", "right"] | None = None
    silent: bool = False
    words: str | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """All usable clips of a corpus, and how many were left out, by reason."""

    name: str
    clips: tuple[Clip, ...]
    left_out: Counter[str] = field(default_factory=Counter)


def left_out_sentence(left_out: Counter[str]) -> str:
    """Summarises what was left out in one sentence; empty if nothing was."""
    parts = [f"{count} {reason}" for reason, count in left_out.most_common() if count]
    return f"Left out: clips {', '.join(parts)}." if parts else ""


def sub_folder(folder: Path, *names: str) -> Path:
    """Returns `folder`, or its first sub-folder with one of these names: archives unpack with or without one.

    Raises `DataError` if there is no folder at all.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder. Name the folder of the corpus with --data.")
    return next((folder / name for name in names if (folder / name).is_dir()), folder)


def table_rows(path: Path, *needed: str) -> Iterator[dict[str, str]]:
    """Reads the rows of a CSV table, stripping spaces around column names. Raises `DataError`.

    Publishers' tables are in UTF-8 or, failing that, in the Windows code page.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Check its name and permissions.") from error
    table = csv.DictReader(io.StringIO(decoded(data), newline=""))
    names = [name.strip() for name in table.fieldnames or ()]
    lacking = [name for name in needed if name not in names]
    if lacking:
        raise DataError(f"{path} has no column {', '.join(lacking)}. Copy the table again.")
    table.fieldnames = names
    for row in table:
        yield {name: value.strip() for name, value in row.items() if name and isinstance(value, str)}


def decoded(data: bytes) -> str:
    """Decodes text as UTF-8 (with or without BOM), else in the western Windows code page."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def number(text: str | None) -> float | None:
    """Parses a finite number; None for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def is_hidden(path: Path) -> bool:
    """Whether a file is one that operating systems add beside the real ones (`._name`, `.DS_Store`)."""
    return path.name.startswith(".")
