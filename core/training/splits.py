"""Identities into splits: by hash, so that an identity stays where it is when data is added, and never crosses.

`train` teaches the encoders, `fuse` the fusion on top of them (encoder outputs on their own training samples are
too sure of themselves to learn trust from), `val` chooses temperature and threshold, `test` is looked at last.
"""

from __future__ import annotations

import hashlib
from typing import Literal

Split = Literal["train", "fuse", "val", "test"]
_UPPER_BOUNDS: tuple[tuple[Split, float], ...] = (("train", 0.66), ("fuse", 0.82), ("val", 0.90), ("test", 1.0))

SPLITS: tuple[Split, ...] = tuple(name for name, _ in _UPPER_BOUNDS)


def split_of(identity: str) -> Split:
    """The split of an identity (contributor, speaker, image hash, comment id)."""
    share = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8]) / 2**64
    return next(name for name, bound in _UPPER_BOUNDS if share < bound)
