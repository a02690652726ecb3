"""Which part of a session can be seen, and which moment is being looked at: one owner for all that draws it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

SHORTEST_S = 5.0
ZOOM = 1.5


class VisibleRange(QObject):
    """A range within 0 to `total_s`, and a moment in it, or None. `changed`: the range; `moved`: the moment."""

    changed = Signal()
    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.total_s = self.end_s = SHORTEST_S
        self.start_s = 0.0
        self.at_s: float | None = None

    @property
    def width_s(self) -> float:
        """Seconds that can be seen."""
        return self.end_s - self.start_s

    def open(self, total_s: float) -> None:
        """A session of this length, seen whole; no moment is looked at."""
        self.total_s = max(SHORTEST_S, total_s)
        self.look_at(None)
        self.fit()

    def fit(self) -> None:
        """See all of it."""
        self.show(0.0, self.total_s)

    def show(self, start_s: float, end_s: float) -> None:
        """See this range, moved and widened as need be to stay within the session."""
        width = min(self.total_s, max(SHORTEST_S, end_s - start_s))
        middle = (start_s + end_s) / 2
        self.start_s = min(max(0.0, middle - width / 2), self.total_s - width)
        self.end_s = self.start_s + width
        self.changed.emit()

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """`factor` > 1 sees less; `around_s` stays where it is on the screen (the moment, else the middle)."""
        if around_s is None:
            seen = self.at_s is not None and self.start_s <= self.at_s <= self.end_s
            around_s = self.at_s if seen and self.at_s is not None else (self.start_s + self.end_s) / 2
        width = min(self.total_s, max(SHORTEST_S, self.width_s / factor))
        start = around_s - (around_s - self.start_s) * width / self.width_s
        self.show(start, start + width)

    def pan(self, seconds: float) -> None:
        """See the same length, so much later."""
        self.show(self.start_s + seconds, self.end_s + seconds)

    def look_at(self, t_s: float | None) -> None:
        """Look at this moment; bring it into view if it is not."""
        self.at_s = None if t_s is None else min(max(0.0, t_s), self.total_s)
        if self.at_s is not None and not self.start_s <= self.at_s <= self.end_s:
            self.show(self.at_s - self.width_s / 2, self.at_s + self.width_s / 2)
        self.moved.emit()

    def go_to(self, t_s: float, width_s: float) -> None:
        """See `width_s` around a moment and look at it."""
        self.show(t_s - width_s / 2, t_s + width_s / 2)
        self.look_at(t_s)
