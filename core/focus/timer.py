"""The study timer: focus blocks with breaks between them, on the session clock.

The session clock and the timer stop while the session is paused. Changes carry the time at which they were due, however
late `tick` is called.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.settings import FocusSettings
from core.types import Activity

Phase = Literal["idle", "focus", "break"]
DONE = "all rounds done"


@dataclass(frozen=True, slots=True)
class TimerView:
    """What the screen shows. `round` counts from 1 and is 0 when idle."""

    phase: Phase
    task: str
    remaining_s: float
    round: int
    rounds: int


@dataclass(frozen=True, slots=True)
class _Phase:
    phase: Phase
    task: str
    ends_s: float
    round: int


_IDLE = _Phase("idle", "", 0.0, 0)


class FocusTimer:
    """One learner's timer. Every method first applies the changes that are due."""

    def __init__(self, settings: FocusSettings) -> None:
        self._settings = settings
        self._now = _IDLE

    def start(self, t_s: float, task: str) -> tuple[Activity, ...]:
        """Start the first round with this task, ending what ran before."""
        return (*self.tick(t_s), self._enter(self._focus(t_s, task, 1), t_s))

    def stop(self, t_s: float) -> tuple[Activity, ...]:
        """Stop the timer."""
        changes = self.tick(t_s)
        return changes if self._now.phase == "idle" else (*changes, self._enter(_IDLE, t_s))

    def skip(self, t_s: float) -> tuple[Activity, ...]:
        """Go to the next block now."""
        changes = self.tick(t_s)
        return changes if self._now.phase == "idle" else (*changes, self._enter(self._next(self._now, t_s), t_s))

    def tick(self, t_s: float) -> tuple[Activity, ...]:
        """The changes due up to `t_s`, each with its own time."""
        changes = []
        while self._now.phase != "idle" and self._now.ends_s <= t_s:
            due_s = self._now.ends_s
            changes.append(self._enter(self._next(self._now, due_s), due_s))
        return tuple(changes)

    def view(self, t_s: float) -> TimerView:
        """The state at `t_s`, without changing it."""
        now = self._now
        while now.phase != "idle" and now.ends_s <= t_s:
            now = self._next(now, now.ends_s)
        remaining_s = 0.0 if now.phase == "idle" else now.ends_s - t_s
        return TimerView(now.phase, now.task, remaining_s, now.round, self._settings.rounds)

    def _enter(self, phase: _Phase, t_s: float) -> Activity:
        done = phase is _IDLE and self._now.round == self._settings.rounds and t_s >= self._now.ends_s
        self._now = phase
        return Activity(t_s, phase.phase, DONE if done else phase.task)

    def _next(self, now: _Phase, t_s: float) -> _Phase:
        """The phase after `now`; idle after the last round, without a break."""
        if now.phase == "break":
            return self._focus(t_s, now.task, now.round + 1)
        if now.round == self._settings.rounds:
            return _IDLE
        return replace(now, phase="break", ends_s=t_s + self._settings.break_min * 60.0)

    def _focus(self, t_s: float, task: str, number: int) -> _Phase:
        return _Phase("focus", task, t_s + self._settings.focus_min * 60.0, number)
