"""Steps as columns: the one shape in which estimates are kept, drawn and summed, live and read back from a file.

A column is an array over N steps in the order of time. `StepTable` fills the columns a row at a time while a session
runs; `core.store.reader` fills them at once from a stored session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import MODALITIES, STATES, Estimate, Reason, model_says

REASONS: tuple[Reason, ...] = tuple(Reason)
"""Order of the codes in `StepColumns`; stored sessions hold the reason's name, so the order may change."""
NO_REASON = -1
_CODES: dict[Reason | None, int] = {None: NO_REASON, **{reason: code for code, reason in enumerate(REASONS)}}
_SMALLEST_ROWS = 64


@dataclass(frozen=True, slots=True, eq=False)
class StepColumns:
    """N steps in the order of time; axes in the order of `STATES` and `MODALITIES`, values exactly as estimated.

    `plain` are the probabilities before a personal calibration (the same where there was none). `reasons` and
    `abstains` are indices into `REASONS`, or `NO_REASON`. `without` (N, 3, 4), `evidence` (N, 4) and `told` (N, 3, 3)
    are those of `Explanation`, NaN where a step was not explained. `since_word_s` and `mouth_motion`
    are NaN where unknown.
    """

    t_s: NDArray[np.float64]  # (N,)
    probabilities: NDArray[np.float32]  # (N, 4), NaN where nothing was present
    plain: NDArray[np.float32]  # (N, 4)
    weights: NDArray[np.float32]  # (N, 3)
    weight_low: NDArray[np.float32]  # (N, 3)
    weight_high: NDArray[np.float32]  # (N, 3)
    present: NDArray[np.bool_]  # (N, 3)
    quality: NDArray[np.float32]  # (N, 3)
    reasons: NDArray[np.int8]  # (N, 3)
    abstains: NDArray[np.int8]  # (N,)
    since_word_s: NDArray[np.float32]  # (N,)
    mouth_motion: NDArray[np.float32]  # (N,)
    compute_ms: NDArray[np.float32]  # (N,)
    without: NDArray[np.float32]  # (N, 3, 4)
    evidence: NDArray[np.float32]  # (N, 4)
    told: NDArray[np.float32]  # (N, 3, 3)

    def __len__(self) -> int:
        return len(self.t_s)


_S, _M = len(STATES), len(MODALITIES)
_ROW = np.dtype(
    [
        ("t_s", np.float64),
        ("probabilities", np.float32, (_S,)),
        ("plain", np.float32, (_S,)),
        ("weights", np.float32, (_M,)),
        ("weight_low", np.float32, (_M,)),
        ("weight_high", np.float32, (_M,)),
        ("present", np.bool_, (_M,)),
        ("quality", np.float32, (_M,)),
        ("reasons", np.int8, (_M,)),
        ("abstains", np.int8),
        ("since_word_s", np.float32),
        ("mouth_motion", np.float32),
        ("compute_ms", np.float32),
        ("without", np.float32, (_M, _S)),
        ("evidence", np.float32, (_S,)),
        ("told", np.float32, (_M, _M)),
    ],
    align=True,
)
"""One step, with a field for each column of `StepColumns`."""


def unexplained(count: int) -> dict[str, NDArray[np.float32]]:
    """The columns of an explanation for `count` steps without one: NaN."""
    shapes = {"without": (_M, _S), "evidence": (_S,), "told": (_M, _M)}
    return {name: np.full((count, *shape), np.nan, np.float32) for name, shape in shapes.items()}


_UNEXPLAINED = tuple(column[0] for column in unexplained(1).values())


class StepTable:
    """Columns that grow at the end and shrink at the start. Used by one thread at a time.

    Rows are written once into preallocated memory. When it is full, the rows that are still wanted move to new memory
    and the old one is left alone, so `columns` hands out views, which cost no copy and never change.
    """

    def __init__(self) -> None:
        self._rows = np.empty(_SMALLEST_ROWS, _ROW)
        self._first = self._end = 0

    def __len__(self) -> int:
        return self._end - self._first

    def append(self, estimate: Estimate) -> None:
        """Adds a step, later than all before."""
        if self._end == len(self._rows):
            self._move()
        self._rows[self._end] = _row(estimate)
        self._end += 1

    def drop_before(self, t_s: float) -> int:
        """Drops the steps before `t_s`; how many these were."""
        count = int(np.searchsorted(self._rows["t_s"][self._first : self._end], t_s))
        self._first += count
        return count

    def clear(self) -> None:
        """Drops all steps."""
        self._first = self._end

    def columns(self) -> StepColumns:
        """The steps of this moment, as read-only views."""
        rows = self._rows[self._first : self._end]
        rows.flags.writeable = False
        return StepColumns(**{name: rows[name] for name in _ROW.names or ()})

    def _move(self) -> None:
        kept = self._rows[self._first : self._end]
        self._rows = np.empty(max(2 * len(kept), _SMALLEST_ROWS), _ROW)
        self._rows[: len(kept)] = kept
        self._first, self._end = 0, len(kept)


def _row(estimate: Estimate) -> tuple[Any, ...]:
    """The fields of `_ROW`, in their order."""
    presence = [estimate.presence[modality] for modality in MODALITIES]
    why = estimate.explanation
    return (
        estimate.t_s,
        estimate.probabilities,
        model_says(estimate),
        estimate.weights,
        estimate.weight_low,
        estimate.weight_high,
        [part.present for part in presence],
        [part.quality for part in presence],
        [_CODES[part.reason] for part in presence],
        _CODES[estimate.abstains],
        estimate.since_word_s,
        estimate.mouth_motion,
        estimate.compute_ms,
        *(_UNEXPLAINED if why is None else (why.without, why.evidence, why.told)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class RecentSteps:
    """The last minutes of a running session: columns, and the estimate behind each of their rows.

    `estimates` hold what has no column because it is not drawn over time: the words of a step, its map of attention.
    """

    columns: StepColumns
    estimates: tuple[Estimate, ...]

    def since(self, t_s: float) -> tuple[Estimate, ...]:
        """Estimates later than `t_s`, oldest first."""
        return self.estimates[int(np.searchsorted(self.columns.t_s, t_s, side="right")) :]

    @property
    def newest(self) -> Estimate | None:
        """The latest estimate; None before the first."""
        return self.estimates[-1] if self.estimates else None

    @property
    def now_s(self) -> float:
        """Time of the latest estimate, in seconds on the session clock; 0 before the first."""
        return self.estimates[-1].t_s if self.estimates else 0.0


NO_STEPS = RecentSteps(StepTable().columns(), ())
