"""Figures of a run that are worked out and not counted: percentiles, and memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from core.status import Percentiles


def percentiles(values_ms: Sequence[float]) -> Percentiles:
    """Median, 95 % and worst of what was measured."""
    if not values_ms:
        return Percentiles()
    p50, p95, worst = np.percentile(np.array(values_ms), (50, 95, 100))
    return Percentiles(float(p50), float(p95), float(worst))


def rss_mb() -> float:
    """Resident memory of this process and of those that it started, such as the recogniser's, in MB."""
    import psutil

    own = psutil.Process()
    return sum(_rss_each([own, *own.children(recursive=True)])) / 1e6


def _rss_each(processes: Iterable[Any]) -> Iterable[float]:
    import psutil

    for process in processes:
        with suppress(psutil.NoSuchProcess):  # one of them may end while it is asked
            yield float(process.memory_info().rss)
