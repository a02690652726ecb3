"""Splits identities by hash, so that an identity keeps its split when data is added, and never crosses splits.

`train` is for the encoders, `fuse` for the fusion on top of them (on their own training samples encoders are too
confident to learn reliable weights from), `val` for temperature and threshold, `test` for the final evaluation only.

A source with few identities (the eight speakers of EmoDB) is distributed in the order of their hashes instead:
otherwise one split had none of them, and so no bored voice.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Literal

Split = Literal["train", "fuse", "val", "test"]
_UPPER_BOUNDS: tuple[tuple[Split, float], ...] = (("train", 0.66), ("fuse", 0.82), ("val", 0.90), ("test", 1.0))
_FEW = range(len(_UPPER_BOUNDS), 40)
"""Numbers of identities that are distributed: enough for one in every split, too few to leave it to chance."""

SPLITS: tuple[Split, ...] = tuple(name for name, _ in _UPPER_BOUNDS)


def split_of(identity: str) -> Split:
    """The split of an identity (contributor, speaker, image hash, comment) of a source with many identities."""
    share = _hash(identity) / 2**64
    return next(name for name, bound in _UPPER_BOUNDS if share < bound)


def splits_of(identities: Iterable[str]) -> dict[str, Split]:
    """The split of every identity of one source: by hash, or distributed if there are few."""
    distinct = set(identities)
    if len(distinct) not in _FEW:
        return {identity: split_of(identity) for identity in distinct}
    splits = [name for name, count in _distribution(len(distinct)).items() for _ in range(count)]
    return dict(zip(sorted(distinct, key=_hash), splits, strict=True))


def _distribution(count: int) -> dict[Split, int]:
    """How many of a few identities each split gets: at least its share each, `train` the rest."""
    bounds = [bound for _, bound in _UPPER_BOUNDS]
    given: dict[Split, int] = {
        SPLITS[place]: math.ceil((bounds[place] - bounds[place - 1]) * count) for place in range(1, len(SPLITS))
    }
    return {"train": count - sum(given.values()), **given}


def _hash(identity: str) -> int:
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8])
