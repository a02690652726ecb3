"""What the Explain page does to a session: explanations while somebody looks, faults, and the feedback loop's switch.

These wishes outlive a session: the page goes on showing them, so the next session has to begin with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.faults import NONE, Faults

if TYPE_CHECKING:
    from core.engine import Engine


class LiveModelControls(QObject):
    """Holds the wishes; between `begin` and `end` an engine follows them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None
        self._explains, self._feeds_back, self._faults = False, True, NONE

    def begin(self, engine: Engine) -> None:
        """A session began."""
        self._engine = engine
        engine.tuning.explain(self._explains)
        if not self._feeds_back:
            engine.tuning.feed_back(False)
        if self._faults.any:
            engine.tuning.inject(self._faults)

    def end(self) -> None:
        """It is over."""
        self._engine = None

    def explain(self, wanted: bool) -> None:
        """Whether somebody looks at explanations; they cost a little of each step."""
        self._explains = wanted
        if self._engine is not None:
            self._engine.tuning.explain(wanted)

    @Slot(object)
    def inject(self, faults: Faults) -> None:
        """Put faults into the stream."""
        self._faults = faults
        if self._engine is not None:
            self._engine.tuning.inject(faults)

    @Slot(bool)
    def feed_back(self, wanted: bool) -> None:
        """Close the loop or cut it open."""
        self._feeds_back = wanted
        if self._engine is not None:
            self._engine.tuning.feed_back(wanted)

    @Slot()
    def reset_feedback(self) -> None:
        """Have the last estimate forgotten."""
        if self._engine is not None:
            self._engine.tuning.reset_feedback()
