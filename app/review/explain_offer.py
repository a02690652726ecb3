"""Offers to explain a session whose steps are not all explained, and shows the progress."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.review.panes import button
from app.widgets.theme import UNIT
from core.review.explain_session import explained
from core.store.stored_session import StoredSession

TIP = "Compute from the kept features, for each step, the influence of each modality and the effect of feedback"
NO_FEATURES = (
    "Steps are explained only where Explain was open, because this session kept no features.",
    "Switch on “Keep features” in Settings, Storing, before the next session.",
)
"""Two lines of the readout."""


class ExplainOffer(QWidget):
    """Takes a session; visible only where it has unexplained steps and kept features."""

    wanted = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self.offer = button("Explain this session", TIP, self._request)
        self.stop = button("Stop", "Stop explaining", self._stop)
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of explaining")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.offer)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop)
        self._show_busy(False)

    def show_session(self, session: StoredSession) -> None:
        """Offers to explain this session; keeps the progress where the same one is being explained."""
        can = can_explain(session)
        self.setVisible(can)
        if session.line.id != self._id or not can:
            self._show_busy(False)
        self._id = session.line.id

    @Slot(float)
    def show_progress(self, share: float) -> None:
        """Shows the share that is done."""
        self.progress.setValue(round(100 * share))

    @Slot(str)
    def show_failed(self, topic: str) -> None:
        """Ends the progress bar of a failed explanation; the window shows the reason."""
        if topic == "explain":
            self._show_busy(False)

    def _request(self) -> None:
        self._show_busy(True)
        self.wanted.emit()

    def _stop(self) -> None:
        self._show_busy(False)
        self.stopped.emit()

    def _show_busy(self, busy: bool) -> None:
        self.progress.setValue(0)
        self.offer.setVisible(not busy)
        for widget in (self.progress, self.stop):
            widget.setVisible(busy)


def can_explain(session: StoredSession) -> bool:
    """Whether it has unexplained steps and kept features."""
    return session.line.has_features and not explained(session.steps).all()


def why_not(session: StoredSession) -> tuple[str, ...]:
    """Why its unexplained steps cannot be explained; empty where they can, or where there are none."""
    return () if session.line.has_features or explained(session.steps).all() else NO_FEATURES
