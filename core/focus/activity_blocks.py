"""The learner's activity at a moment, and as blocks for lanes, from the activities stored in a session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.types import Activity

LASTING = ("task", "focus", "break", "idle")
"""Kinds that last until the next one; the others are notes of a moment."""


@dataclass(frozen=True, slots=True)
class ActivityBlock:
    """From `start_s` to `end_s` the learner was doing this; `kind` is task, focus or break."""

    start_s: float
    end_s: float
    kind: str
    text: str


def doing_at(activities: Iterable[Activity], t_s: float) -> Activity | None:
    """The activity at that time, idle included; None before the first one."""
    begun = [activity for activity in _lasting(activities) if activity.t_s <= t_s]
    return begun[-1] if begun else None


def blocks(activities: Iterable[Activity], end_s: float) -> tuple[ActivityBlock, ...]:
    """Blocks up to `end_s` in the order of time, without overlaps; idle time is a gap between them."""
    lasting = [activity for activity in _lasting(activities) if activity.t_s < end_s]
    ends = [*(activity.t_s for activity in lasting[1:]), end_s]
    return tuple(
        ActivityBlock(activity.t_s, until_s, activity.kind, activity.text)
        for activity, until_s in zip(lasting, ends, strict=False)
        if activity.kind != "idle" and until_s > activity.t_s
    )


def notes(activities: Iterable[Activity]) -> tuple[Activity, ...]:
    """Notes and nudges, in the order of time."""
    return tuple(sorted((a for a in activities if a.kind not in LASTING), key=lambda activity: activity.t_s))


def _lasting(activities: Iterable[Activity]) -> Sequence[Activity]:
    return sorted((a for a in activities if a.kind in LASTING), key=lambda activity: activity.t_s)
