"""Which steps of a session the fusion may take in one go, and what it forgot before them: from the session's events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.types import FEEDBACK_OFF, FEEDBACK_ON, Event

CHUNK = 256
_TELLING = ("reset", "feedback")


@dataclass(frozen=True, slots=True)
class Span:
    """Steps `first` to `end` (exclusive). Before them all that was remembered is forgotten, or ŷ_{t-1} alone, or none.

    Where feedback was off a span is one step long, for each of them forgets ŷ_{t-1}.
    """

    first: int
    end: int
    forget_all: bool
    forget_feedback: bool


def spans(t_s: NDArray[np.float64], events: Sequence[Event], settle_s: float) -> Iterator[Span]:
    """All steps, in order. `settle_s`: how long after its end a hop is stepped, and so may still be told of."""
    telling = sorted((event for event in events if event.kind in _TELLING), key=lambda event: event.t_s)
    places = np.maximum.accumulate([0, *(_first_after(t_s, event, settle_s) for event in telling), len(t_s)])
    forget_all, forget_feedback, off = True, False, False
    for event, (first, end) in zip([None, *telling], pairwise(places.tolist()), strict=True):
        if event is not None:
            forget_all = forget_all or event.kind == "reset"
            off = event.text == FEEDBACK_OFF or (off and event.text != FEEDBACK_ON)
            forget_feedback = event.kind == "feedback" and event.text != FEEDBACK_ON
        length = 1 if off else CHUNK
        for start in range(first, end, length):
            yield Span(start, min(start + length, end), forget_all, forget_feedback or off)
            forget_all = forget_feedback = False


def _first_after(t_s: NDArray[np.float64], event: Event, settle_s: float) -> int:
    """The first step made after the event. A reset leaves out the hops that had ended and were not stepped yet."""
    made_s = t_s if event.kind == "reset" else t_s + settle_s
    return int(np.searchsorted(made_s, event.t_s, side="right"))
