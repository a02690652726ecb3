"""Chooses moments of a session for cued recall: where the state changed, was undecided, or stayed the same.

A cue never shows the estimate, so that it cannot influence the answer. The same session gives the same cues.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.review.moment_context import MomentContext
from core.review.state_stretches import StateStretch, stretches
from core.self_report.report_pairs import LOOK_BACK_S
from core.store.stored_session import StoredSession

Why = Literal["change", "uncertain", "calm"]
KINDS: tuple[Why, ...] = ("change", "uncertain", "calm")
APART_S = 20.0
_CALM_FROM_S = 20.0
_UNCERTAIN_FROM_S = 3.0


@dataclass(frozen=True, slots=True)
class RecallCue:
    """A moment to ask about, with the words and the activity around it as a memory aid."""

    t_s: float
    why: Why
    words: str
    activity: str


@dataclass(frozen=True, slots=True)
class _Moment:
    t_s: float
    why: Why
    strength: float
    """Length in seconds of the stretches behind it; compared within one kind only."""


def cues(session: StoredSession, count: int = 8) -> tuple[RecallCue, ...]:
    """At most `count` moments in the order of time, at least 20 s apart, spread over the session and over the kinds."""
    moments = _moments(session, stretches(session.steps, session.facts.hop_s))
    context = MomentContext(session.words, session.activities)
    chosen = sorted(_spread(moments, session, count), key=lambda moment: moment.t_s)
    return tuple(
        RecallCue(moment.t_s, moment.why, context.words(moment.t_s), context.activity(moment.t_s)) for moment in chosen
    )


def _moments(session: StoredSession, held: Sequence[StateStretch]) -> list[_Moment]:
    seen: NDArray[np.bool_] = np.asarray(session.steps.present.any(axis=1))
    found = [
        _Moment(_cue_time(after, after.start_s), "change", min(before.seconds, after.seconds))
        for before, after in pairwise(held)
        if before.state and after.state and after.start_s - before.end_s < 1.0
    ]
    for one in held:
        middle_s = _cue_time(one, float(session.steps.t_s[(one.first + one.last) // 2]))
        if one.state and one.seconds >= _CALM_FROM_S:
            found.append(_Moment(middle_s, "calm", one.seconds))
        if not one.state and one.seconds >= _UNCERTAIN_FROM_S and seen[one.first : one.last + 1].any():
            found.append(_Moment(middle_s, "uncertain", one.seconds))
    return found


def _cue_time(one: StateStretch, wanted_s: float) -> float:
    """The wanted moment, or the first at which all steps that a report is compared with belong to the stretch."""
    return min(max(wanted_s, one.start_s + LOOK_BACK_S), one.end_s)


def _spread(moments: Sequence[_Moment], session: StoredSession, count: int) -> Iterable[_Moment]:
    """One moment for each of `count` slots, the kinds taking turns; then the others, the most distant first."""
    if not moments or count < 1:
        return []
    chosen: list[_Moment] = []
    edges = np.linspace(float(session.steps.t_s[0]), float(session.steps.t_s[-1]), count + 1)
    for slot in range(count):
        of_slot = [moment for moment in moments if edges[slot] <= moment.t_s < edges[slot + 1]]
        _take_first(chosen, _by_turn(of_slot, slot))
    while len(chosen) < count:
        left = sorted(moments, key=lambda moment: (-_distance_s(moment, chosen), moment.t_s, moment.why))
        if not _take_first(chosen, left):
            break
    return chosen


def _by_turn(moments: Sequence[_Moment], turn: int) -> Iterator[_Moment]:
    """Moments of the kind whose turn it is, then of the others; the strongest of each kind first."""
    for step in range(len(KINDS)):
        kind = KINDS[(turn + step) % len(KINDS)]
        yield from sorted((m for m in moments if m.why == kind), key=lambda m: (-m.strength, m.t_s))


def _take_first(chosen: list[_Moment], candidates: Iterable[_Moment]) -> bool:
    """Add the first candidate that is far enough from all chosen ones; False if there is none."""
    for moment in candidates:
        if _distance_s(moment, chosen) >= APART_S:
            chosen.append(moment)
            return True
    return False


def _distance_s(moment: _Moment, chosen: Sequence[_Moment]) -> float:
    return min((abs(moment.t_s - other.t_s) for other in chosen), default=np.inf)
