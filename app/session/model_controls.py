"""What the Explain page controls in the model: explanations, injected faults, and the feedback loop.

The choices outlive a session: the page keeps showing them, so the next session starts with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.faults import NONE, Faults

if TYPE_CHECKING:
    from core.engine import Engine


class LiveModelControls(QObject):
    """Keeps the choices, and applies them to the engine between `begin` and `end`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None
        self._explains, self._feeds_back, self._faults = False, True, NONE

    def begin(self, engine: Engine) -> None:
        """Applies the choices to a new session's engine."""
        self._engine = engine
        engine.model_controls.explain(self._explains)
        if not self._feeds_back:
            engine.model_controls.feed_back(False)
        if self._faults.any:
            engine.model_controls.inject(self._faults)

    def end(self) -> None:
        """Ends the session."""
        self._engine = None

    def explain(self, wanted: bool) -> None:
        """Switches explanations on while the Explain page is open; they take a little of each step's time."""
        self._explains = wanted
        if self._engine is not None:
            self._engine.model_controls.explain(wanted)

    @Slot(object)
    def inject(self, faults: Faults) -> None:
        """Injects faults into the stream."""
        self._faults = faults
        if self._engine is not None:
            self._engine.model_controls.inject(faults)

    @Slot(bool)
    def feed_back(self, wanted: bool) -> None:
        """Closes or opens the feedback loop."""
        self._feeds_back = wanted
        if self._engine is not None:
            self._engine.model_controls.feed_back(wanted)

    @Slot()
    def reset_feedback(self) -> None:
        """Clears the estimate that is fed back."""
        if self._engine is not None:
            self._engine.model_controls.reset_feedback()
