"""The corpora by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import DataError
from core.training.corpora import daisee, iemocap, meld, mosei, own
from core.training.corpora.clip import Corpus

READERS: dict[str, Callable[[Path], Corpus]] = {
    "iemocap": iemocap.read,
    "mosei": mosei.read,
    "meld": meld.read,
    "daisee": daisee.read,
    "own": own.read,
}


def read_corpus(name: str, folder: Path) -> Corpus:
    """Reads a corpus's clips from its folder. Raises `DataError`."""
    if name not in READERS:
        raise DataError(f"There is no corpus '{name}'. Use one of {', '.join(READERS)}.")
    return READERS[name](folder)
