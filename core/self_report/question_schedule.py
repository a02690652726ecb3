"""When to ask "What fits best right now?" so that answers are a fair sample and nobody is nagged.

Follows the session step by step and says so when a question may be put; showing it, and hearing of the answer, is left
to the window. `RULES` says in words what the code below keeps.
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
"""Random gaps are this much of what was set; where the program is undecided a question waits the lower end at least."""
PUT_OFF_S = (30.0, 180.0)
"""What could not be put comes this much later, so that the end of a break is not always the moment of a question."""
IGNORED = 2
LONGEST_FACTOR = 8

RULES: tuple[str, ...] = (
    "Questions come at random moments, about as far apart as you have set: from half of it to one and a half times.",
    "If you wish, one may come earlier where the program stays undecided for 30 seconds, though it sees or hears you.",
    "None in the first 3 minutes, within 8 minutes of another one, or within 2 minutes of a report of your own.",
    "None in a break, and none while nobody is seen or heard; what had to wait comes up to 3 minutes later.",
    "Two in a row without an answer double the time between questions; an answer brings it back.",
    "'Not now' means half an hour without questions.",
    "Never more than 4 in an hour.",
)


Why = Literal["random", "undecided", "unsaid"]


@dataclass(frozen=True, slots=True)
class Question:
    """To be put now. `why`: at a random moment, or because the program is undecided, or that shall not be known."""

    t_s: float
    why: Why
    text: str

    def unsaid(self) -> Question:
        """The same question, without a word of the estimate."""
        return replace(self, why="unsaid", text=TEXTS["unsaid"])


TEXTS: dict[Why, str] = {
    "random": "What fits best right now?",
    "undecided": "The program is undecided. What fits best right now?",
    "unsaid": "What fits best right now?",
}


class QuestionSchedule:
    """Asks in one session. The seed makes its moments repeatable; times are those of the session."""

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
        """Ask otherwise from now on. What was asked, answered, ignored and put off still counts."""
        self._settings = settings

    def take(self, estimate: Estimate, activity: str) -> Question | None:
        """Hear of a step and of what the learner is doing (an `Activity.kind`, or ""); a question if one is due."""
        self._now_s = estimate.t_s
        self._follow(estimate)
        why = self._due()
        if why is None:
            return None
        if activity == "break" or estimate.leading is None or not self._may():
            self._put_off_until_s = self._now_s + self._random.uniform(*PUT_OFF_S)
            return None
        self._asked.append(self._now_s)
        self._share = self._random.uniform(*SPREAD)
        self._undecided_since_s = None
        return Question(self._now_s, why, TEXTS[why])

    def reported(self, t_s: float) -> None:
        """The person reported at `t_s`, asked or not."""
        self._reported_s = t_s
        self._ignored = 0

    def ignored(self, t_s: float) -> None:
        """At `t_s` a question went away without an answer."""
        self._now_s = max(self._now_s, t_s)
        self._ignored += 1

    def not_now(self) -> None:
        """The person wants to be left alone for a while."""
        self._silent_until_s = self._now_s + SILENCE_S

    def _follow(self, estimate: Estimate) -> None:
        if estimate.leading is None or estimate.abstains is None:
            self._undecided_since_s = None
        elif self._undecided_since_s is None:
            self._undecided_since_s = self._now_s

    def _due(self) -> Why | None:
        """Why a question would be put now if it may be."""
        if self._now_s < self._put_off_until_s:
            return None
        waited = (self._now_s - self._last_s) / (self._settings.every_min * 60.0 * self._patience)
        if self._settings.probes and waited >= self._share:
            return "random"
        since_s = self._undecided_since_s
        undecided = since_s is not None and self._now_s - since_s >= UNDECIDED_S
        return "undecided" if self._settings.uncertain and undecided and waited >= SPREAD[0] else None

    def _may(self) -> bool:
        full = len(self._asked) == MOST_AN_HOUR and self._now_s - self._asked[0] < AN_HOUR_S
        near = bool(self._asked) and self._now_s - self._last_s < BETWEEN_S * self._patience
        after_report = self._now_s - self._reported_s < AFTER_REPORT_S
        return not (full or near or after_report or self._now_s < self._silent_until_s)

    @property
    def _last_s(self) -> float:
        return self._asked[-1] if self._asked else 0.0

    @property
    def _patience(self) -> int:
        """By how much gaps are longer than was set."""
        return int(min(LONGEST_FACTOR, 2 ** (self._ignored // IGNORED)))
