"""Splits a session into spans that the fusion replays as one batch, with the resets between them, from its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.types import FEEDBACK_OFF, FEEDBACK_ON, Event

CHUNK = 256
_RESETS = ("reset", "feedback")


@dataclass(frozen=True, slots=True)
class ReplaySpan:
    """Steps `first` to `end` (exclusive). Before them the state is reset, or only the feedback ŷ_{t-1}, or nothing.

    Where feedback was off, a span is one step long, since ŷ_{t-1} is reset before each step.
    """

    first: int
    end: int
    forget_all: bool
    forget_feedback: bool


def spans(t_s: NDArray[np.float64], events: Sequence[Event], longest: int = CHUNK) -> Iterator[ReplaySpan]:
    """All steps, in order, at most `longest` in one span.

    Events that change the state carry the time of the last step before the change.
    """
    resets = sorted((event for event in events if event.kind in _RESETS), key=lambda event: event.t_s)
    places = np.maximum.accumulate([0, *np.searchsorted(t_s, [event.t_s for event in resets], side="right"), len(t_s)])
    forget_all, forget_feedback, off = True, False, False
    for event, (first, end) in zip([None, *resets], pairwise(places.tolist()), strict=True):
        if event is not None:
            forget_all = forget_all or event.kind == "reset"
            off = event.text == FEEDBACK_OFF or (off and event.text != FEEDBACK_ON)
            forget_feedback = event.kind == "feedback" and event.text != FEEDBACK_ON
        length = 1 if off else longest
        for start in range(first, end, length):
            yield ReplaySpan(start, min(start + length, end), forget_all, forget_feedback or off)
            forget_all = forget_feedback = False
