"""The context of a moment of a session: the words around it, and the learner's activity."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from core.types import Activity, Word

AROUND_S = 5.0
"""Words within this distance of a moment belong to it."""
_PHASES = {"focus": "focus", "break": "break", "idle": ""}


class MomentContext:
    """Looks up any moment of one session in logarithmic time."""

    def __init__(self, words: Sequence[Word], activities: Sequence[Activity]) -> None:
        self._words = sorted(words, key=attrgetter("start_s"))
        self._starts = [word.start_s for word in self._words]
        lasting = [entry for entry in activities if entry.kind == "task" or entry.kind in _PHASES]
        self._entries = sorted(lasting, key=attrgetter("t_s"))
        self._since = [entry.t_s for entry in self._entries]
        self._descriptions = self._describe()

    def words(self, t_s: float, around_s: float = AROUND_S) -> str:
        """The words within `around_s` before and after the moment."""
        first, end = bisect_left(self._starts, t_s - around_s), bisect_right(self._starts, t_s + around_s)
        return " ".join(word.text for word in self._words[first:end])

    def activity(self, t_s: float) -> str:
        """The task and the timer's phase: "Calculus, sheet 4 · focus, block 2"; empty where nothing was recorded."""
        place = bisect_right(self._since, t_s)
        return self._descriptions[place - 1] if place else ""

    def _describe(self) -> list[str]:
        """The description that holds from each entry on."""
        task = timer = ""
        made = []
        for entry in self._entries:
            if entry.kind == "task":
                task = entry.text
            else:
                text = "" if entry.text == task else entry.text  # the timer's entries repeat the task
                timer = ", ".join(filter(None, (_PHASES[entry.kind], text)))
            made.append(" · ".join(filter(None, (task, timer))))
        return made
