"""The visible part of a session and the moment that is looked at, in one place for every plot that shows them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

SHORTEST_S = 5.0
ZOOM = 1.5


class VisibleRange(QObject):
    """A range within 0 to `total_s`, and a moment `at_s` in it, or None.

    `changed` is emitted when the range has changed, `moved` when the moment has.
    """

    changed = Signal()
    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.total_s = self.end_s = SHORTEST_S
        self.start_s = 0.0
        self.at_s: float | None = None

    @property
    def width_s(self) -> float:
        """Length of the visible part."""
        return self.end_s - self.start_s

    def open(self, total_s: float) -> None:
        """Shows a whole session of this length, with no moment."""
        self.total_s = max(SHORTEST_S, total_s)
        self.look_at(None)
        self.fit()

    def fit(self) -> None:
        """Shows the whole session."""
        self.show(0.0, self.total_s)

    def show(self, start_s: float, end_s: float) -> None:
        """Shows this range, moved and widened where necessary to stay within the session."""
        width = min(self.total_s, max(SHORTEST_S, end_s - start_s))
        middle = (start_s + end_s) / 2
        self.start_s = min(max(0.0, middle - width / 2), self.total_s - width)
        self.end_s = self.start_s + width
        self.changed.emit()

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Zooms in for `factor` > 1; `around_s` (default: the moment, or the middle) stays at its place."""
        if around_s is None:
            seen = self.at_s is not None and self.start_s <= self.at_s <= self.end_s
            around_s = self.at_s if seen and self.at_s is not None else (self.start_s + self.end_s) / 2
        width = min(self.total_s, max(SHORTEST_S, self.width_s / factor))
        start = around_s - (around_s - self.start_s) * width / self.width_s
        self.show(start, start + width)

    def pan(self, seconds: float) -> None:
        """Shows a range of the same length that many seconds later."""
        self.show(self.start_s + seconds, self.end_s + seconds)

    def look_at(self, t_s: float | None) -> None:
        """Sets the moment, and brings it into view."""
        self.at_s = None if t_s is None else min(max(0.0, t_s), self.total_s)
        if self.at_s is not None and not self.start_s <= self.at_s <= self.end_s:
            self.show(self.at_s - self.width_s / 2, self.at_s + self.width_s / 2)
        self.moved.emit()

    def go_to(self, t_s: float, width_s: float) -> None:
        """Shows `width_s` around a moment and looks at it."""
        self.show(t_s - width_s / 2, t_s + width_s / 2)
        self.look_at(t_s)
