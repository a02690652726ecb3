"""Recorded clips as sequences of hops for batching: short ones are padded, long ones cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model.inputs import Streams
from core.training.corpora.relabel import LabelledClip
from core.training.pack.labels import CLASSES, NONE
from core.types import STATES

PIECE_STEPS = 48
"""Longer clips are cut into pieces of this many hops (24 s), each of which starts from a fresh state."""


@dataclass(frozen=True, slots=True)
class LabelledHops:
    """Hops `first` to `last` of a recorded clip, and its class, an index into `CLASSES`."""

    path: Path
    first: int
    last: int
    target: int

    @property
    def steps(self) -> int:
        """Number of hops."""
        return self.last - self.first


def stretches(
    clips: Sequence[LabelledClip], paths: Mapping[str, Path], piece_steps: int = PIECE_STEPS
) -> list[LabelledHops]:
    """Cuts the recorded clips into pieces. Clips that could not be recorded are left out."""
    return [
        LabelledHops(paths[entry.clip.id], first, min(first + piece_steps, steps), entry.target)
        for entry in clips
        if entry.clip.id in paths
        for steps in [_steps(paths[entry.clip.id])]
        for first in range(0, steps, piece_steps)
    ]


def target_row(target: int) -> NDArray[np.float32]:
    """One-hot (4,), or uniform for "none of these", which trains the model to be undecided."""
    if target == CLASSES.index(NONE):
        return np.full(len(STATES), 1 / len(STATES), dtype=np.float32)
    row: NDArray[np.float32] = np.eye(len(STATES), dtype=np.float32)[target]
    return row


def batch_of(chosen: Sequence[LabelledHops], present_only: NDArray[np.bool_] | None = None) -> tuple[Streams, Tensor]:
    """Streams (B, T, …) and soft targets (B, T, 4), padded to the longest.

    Nothing is present in the padding, so that it affects neither losses nor metrics.
    `present_only` (3,) restricts the modalities.
    """
    length = max(one.steps for one in chosen)
    parts: dict[str, list[NDArray[np.float32]]] = {field.name: [] for field in fields(Streams)}
    for one in chosen:
        with np.load(one.path) as arrays:
            for name, rows in parts.items():
                padding = np.nan if name == "since_word_s" else 0.0
                rows.append(_padded(arrays[name][one.first : one.last], length, padding))
    values = {name: torch.from_numpy(np.stack(rows)) for name, rows in parts.items()}
    streams = Streams(**{**values, "present": values["present"].bool()})
    if present_only is not None:
        streams = streams.restricted_to(torch.from_numpy(present_only))
    targets = np.stack([np.tile(target_row(one.target), (length, 1)) for one in chosen])
    return streams, torch.from_numpy(targets)


def by_length(chosen: Sequence[LabelledHops], size: int) -> Iterator[list[LabelledHops]]:
    """Yields all pieces, `size` at a time, grouped by length to reduce padding."""
    order = sorted(chosen, key=lambda one: one.steps)
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _steps(path: Path) -> int:
    with np.load(path) as arrays:
        return len(arrays["present"])


def _padded(rows: NDArray[np.generic], length: int, padding: float) -> NDArray[np.float32]:
    padded = np.full((length, *rows.shape[1:]), padding, dtype=np.float32)
    padded[: len(rows)] = rows
    return padded
