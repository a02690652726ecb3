"""Estimates as a running session hands them to the window."""

from __future__ import annotations

from collections.abc import Iterable

from core.engine.history import History
from core.step_columns import RecentSteps
from core.types import Estimate


def recent(estimates: Iterable[Estimate]) -> RecentSteps:
    history = History(float("inf"))
    for estimate in estimates:
        history.add(estimate)
    return history.recent()
