"""What surrounds a moment of a session: the words said about then, and what the learner was doing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from core.types import Activity, Word

AROUND_S = 5.0
"""Words within this of a moment count as said around it."""
_DOINGS = {"focus": "focus", "break": "break", "idle": ""}


class MomentContext:
    """Answers for any moment of one session, without going through all of it each time."""

    def __init__(self, words: Sequence[Word], activities: Sequence[Activity]) -> None:
        self._words = sorted(words, key=attrgetter("start_s"))
        self._starts = [word.start_s for word in self._words]
        doings = [entry for entry in activities if entry.kind == "task" or entry.kind in _DOINGS]
        self._doings = sorted(doings, key=attrgetter("t_s"))
        self._since = [entry.t_s for entry in self._doings]
        self._said = self._lines()

    def words(self, t_s: float, around_s: float = AROUND_S) -> str:
        """What was said from `around_s` before the moment to as long after it."""
        first, end = bisect_left(self._starts, t_s - around_s), bisect_right(self._starts, t_s + around_s)
        return " ".join(word.text for word in self._words[first:end])

    def activity(self, t_s: float) -> str:
        """The task and where its timer stood: "Calculus, sheet 4 · focus, block 2"; empty where nothing was said."""
        place = bisect_right(self._since, t_s)
        return self._said[place - 1] if place else ""

    def _lines(self) -> list[str]:
        """After each entry, what is being done."""
        task = timer = ""
        made = []
        for entry in self._doings:
            if entry.kind == "task":
                task = entry.text
            else:
                text = "" if entry.text == task else entry.text  # a timer says the task once more
                timer = ", ".join(filter(None, (_DOINGS[entry.kind], text)))
            made.append(" · ".join(filter(None, (task, timer))))
        return made
