"""Hints while studying, from rules that the screen shows: a suggestion and its reason, never a verdict."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass

from core.types import Estimate

SHARE = 0.6
"""Share of the steps with a named state that a hint's state must have."""
NAMED = 0.5
"""Share of all steps that must name a state; below it the program is mostly undecided and gives no hint."""
BETWEEN_S = 900.0
AWAY_S = 300.0
"""Time without the learner present that counts as a break."""
WORKING = ("task", "focus")


@dataclass(frozen=True, slots=True)
class HintRule:
    """Holds when `state` was named often enough over the last `over_s`; without a state, after that much work."""

    name: str
    state: str | None
    over_s: float
    text: str
    because: str

    @property
    def words(self) -> str:
        """The rule as the screen shows it."""
        if self.state is None:
            return f"Work without a break for {self.over_s / 60:.0f} minutes: {self.text}"
        return (
            f"May be read as {self.state.lower()} in {SHARE * 100:.0f} % of what was named over "
            f"{self.over_s / 60:.0f} minutes: {self.text}"
        )


RULES: tuple[HintRule, ...] = (
    HintRule(
        "frustrated",
        "Frustrated",
        240.0,
        "A short break may do good.",
        "because over 4 minutes your expressions may often be read as frustrated",
    ),
    HintRule(
        "confused",
        "Confused",
        300.0,
        "Would it help to write down what is unclear?",
        "because over 5 minutes your expressions may often be read as confused",
    ),
    HintRule(
        "bored",
        "Bored",
        360.0,
        "A change of task may be welcome.",
        "because over 6 minutes your expressions may often be read as bored",
    ),
    HintRule("long", None, 3000.0, "A break may be due.", "because you have worked for 50 minutes without one"),
)
_SHORTEST = RULES[0]
GUARDS: tuple[str, ...] = (
    "At most one hint in 15 minutes; none in a break, and none while the program is mostly undecided.",
    "A hint that you dismiss does not come again in this session.",
)


@dataclass(frozen=True, slots=True)
class StudyHint:
    """A hint to show now; `text` ends with its reason."""

    t_s: float
    rule: str
    text: str


class StudyHints:
    """Evaluates the rules for one session."""

    def __init__(self) -> None:
        self._stretches = {rule.name: _Stretch(rule.over_s) for rule in RULES if rule.state is not None}
        self._dismissed: set[str] = set()
        self._hinted_s: dict[str, float] = {}
        self._working_since_s: float | None = None
        self._present_s: float | None = None

    def take(self, estimate: Estimate, activity: str) -> StudyHint | None:
        """Take a step and the learner's activity (an `Activity.kind`, or ""); returns a hint if a rule holds."""
        self.hear(estimate, activity)
        if activity == "break":
            return None
        last_s = max(self._hinted_s.values(), default=-BETWEEN_S)
        if estimate.t_s - last_s < BETWEEN_S:
            return None
        return next((self._hint(rule, estimate.t_s) for rule in RULES if self._holds(rule, estimate.t_s)), None)

    def hear(self, estimate: Estimate, activity: str) -> None:
        """Take a step while no hint may be shown; a rule that holds gives its hint later."""
        if activity == "break":
            self._clear()
        else:
            self._update(estimate, activity)

    def dismissed(self, rule: str) -> None:
        """Give no more hints of this rule in this session."""
        self._dismissed.add(rule)

    def _update(self, estimate: Estimate, activity: str) -> None:
        for stretch in self._stretches.values():
            stretch.add(estimate.t_s, estimate.state)
        present = estimate.leading is not None
        back = present and self._present_s is not None and estimate.t_s - self._present_s >= AWAY_S
        if activity not in WORKING:
            self._working_since_s = None
        elif self._working_since_s is None or back:
            self._working_since_s = estimate.t_s
        if present:
            self._present_s = estimate.t_s

    def _holds(self, rule: HintRule, t_s: float) -> bool:
        if rule.name in self._dismissed or t_s - self._hinted_s.get(rule.name, -rule.over_s) < rule.over_s:
            return False
        if rule.state is not None:
            return self._stretches[rule.name].shows(rule.state)
        enough = self._working_since_s is not None and t_s - self._working_since_s >= rule.over_s
        return enough and self._stretches[_SHORTEST.name].mostly_named

    def _hint(self, rule: HintRule, t_s: float) -> StudyHint:
        self._hinted_s[rule.name] = t_s
        return StudyHint(t_s, rule.name, f"{rule.text} ({rule.because})")

    def _clear(self) -> None:
        """Start all rules anew, as a break does."""
        self._working_since_s = None
        for stretch in self._stretches.values():
            stretch.clear()


class _Stretch:
    """Running counts of the states named over the last `over_s` seconds."""

    def __init__(self, over_s: float) -> None:
        self._over_s = over_s
        self.clear()

    def clear(self) -> None:
        """Remove all steps."""
        self._steps: deque[tuple[float, str | None]] = deque()
        self._counts: Counter[str | None] = Counter()
        self._full = False

    def add(self, t_s: float, state: str | None) -> None:
        """Add a step and the state that it names."""
        self._steps.append((t_s, state))
        self._counts[state] += 1
        while self._steps[0][0] <= t_s - self._over_s:
            self._full = True
            self._counts[self._steps.popleft()[1]] -= 1

    @property
    def mostly_named(self) -> bool:
        """Whether it covers `over_s` and most of its steps name a state."""
        return self._full and self._named >= NAMED * len(self._steps)

    def shows(self, state: str) -> bool:
        """Whether most of the named states are this one."""
        return self.mostly_named and self._counts[state] >= SHARE * self._named

    @property
    def _named(self) -> int:
        return len(self._steps) - self._counts[None]
