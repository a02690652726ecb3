"""Decides when to ask "What fits best right now?", so that answers are a fair sample without too many questions.

Takes the session step by step and returns a question when one is due; the window shows it and reports the answer.
`RULES` states in words what the code does.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

from core.settings import AskSettings
from core.types import Estimate

FIRST_S = 180.0
BETWEEN_S = 480.0
AFTER_REPORT_S = 120.0
UNDECIDED_S = 30.0
SILENCE_S = 1800.0
AN_HOUR_S = 3600.0
MOST_AN_HOUR = 4
SPREAD = (0.5, 1.5)
"""Range of random gaps as multiples of the setting; a question about an undecided stretch waits at least the lower."""
PUT_OFF_S = (30.0, 180.0)
"""Delay of a question that could not be asked, so that the end of a break is not always followed by one."""
IGNORED = 2
LONGEST_FACTOR = 8

RULES: tuple[str, ...] = (
    "Questions come at random moments, 0.5 to 1.5 times the set interval apart.",
    "If switched on, one may come earlier when the program sees or hears you and stays undecided for 30 seconds.",
    "None in the first 3 minutes, within 8 minutes of another question, or within 2 minutes of a report of yours.",
    "None in a break, and none while you are neither seen nor heard; such a question comes up to 3 minutes later.",
    "Two in a row without an answer double the time between questions; an answer resets it.",
    "'Not now' means half an hour without questions.",
    "Never more than 4 in an hour.",
)


Why = Literal["random", "undecided", "unsaid"]


@dataclass(frozen=True, slots=True)
class Question:
    """To be asked now. `why`: at a random moment, because the program is undecided, or not shown."""

    t_s: float
    why: Why
    text: str

    def unsaid(self) -> Question:
        """The same question without a hint at the estimate."""
        return replace(self, why="unsaid", text=TEXTS["unsaid"])


TEXTS: dict[Why, str] = {
    "random": "What fits best right now?",
    "undecided": "The program is undecided. What fits best right now?",
    "unsaid": "What fits best right now?",
}


class QuestionSchedule:
    """The questions of one session. The seed makes the moments repeatable; times are on the session clock."""

    def __init__(self, settings: AskSettings, seed: int) -> None:
        self._settings = settings
        self._random = random.Random(seed)
        self._asked: deque[float] = deque(maxlen=MOST_AN_HOUR)
        self._now_s = 0.0
        self._reported_s = -AFTER_REPORT_S
        self._silent_until_s = FIRST_S
        self._put_off_until_s = 0.0
        self._undecided_since_s: float | None = None
        self._ignored = 0
        self._share = self._random.uniform(*SPREAD)

    def choose(self, settings: AskSettings) -> None:
        """Use other settings from now on; earlier questions and answers still count."""
        self._settings = settings

    def take(self, estimate: Estimate, activity: str) -> Question | None:
        """Take a step and the learner's activity (an `Activity.kind`, or ""); returns a question if one is due."""
        self._now_s = estimate.t_s
        self._update_undecided(estimate)
        why = self._due()
        if why is None:
            return None
        if activity == "break" or estimate.leading is None or not self._may_ask():
            self._put_off_until_s = self._now_s + self._random.uniform(*PUT_OFF_S)
            return None
        self._asked.append(self._now_s)
        self._share = self._random.uniform(*SPREAD)
        self._undecided_since_s = None
        return Question(self._now_s, why, TEXTS[why])

    def reported(self, t_s: float) -> None:
        """Record a self-report at `t_s`, whether or not it answers a question."""
        self._reported_s = t_s
        self._ignored = 0

    def ignored(self, t_s: float) -> None:
        """Record that a question was removed at `t_s` without an answer."""
        self._now_s = max(self._now_s, t_s)
        self._ignored += 1

    def not_now(self) -> None:
        """Ask nothing for `SILENCE_S`."""
        self._silent_until_s = self._now_s + SILENCE_S

    def _update_undecided(self, estimate: Estimate) -> None:
        if estimate.leading is None or estimate.abstains is None:
            self._undecided_since_s = None
        elif self._undecided_since_s is None:
            self._undecided_since_s = self._now_s

    def _due(self) -> Why | None:
        """Why a question is due now, whether or not it may be asked."""
        if self._now_s < self._put_off_until_s:
            return None
        waited = (self._now_s - self._last_s) / (self._settings.every_min * 60.0 * self._patience)
        if self._settings.probes and waited >= self._share:
            return "random"
        since_s = self._undecided_since_s
        undecided = since_s is not None and self._now_s - since_s >= UNDECIDED_S
        return "undecided" if self._settings.uncertain and undecided and waited >= SPREAD[0] else None

    def _may_ask(self) -> bool:
        full = len(self._asked) == MOST_AN_HOUR and self._now_s - self._asked[0] < AN_HOUR_S
        near = bool(self._asked) and self._now_s - self._last_s < BETWEEN_S * self._patience
        after_report = self._now_s - self._reported_s < AFTER_REPORT_S
        return not (full or near or after_report or self._now_s < self._silent_until_s)

    @property
    def _last_s(self) -> float:
        return self._asked[-1] if self._asked else 0.0

    @property
    def _patience(self) -> int:
        """Factor by which gaps are longer than the setting."""
        return int(min(LONGEST_FACTOR, 2 ** (self._ignored // IGNORED)))
