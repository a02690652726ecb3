"""Offers to explain a session whose steps are not all explained, and shows how far that is. A wish is a signal."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.review.panes import button
from app.widgets.theme import UNIT
from core.review.explain_session import explained
from core.store.stored_session import StoredSession

TIP = "Work out from the features that were kept: for each step, which modality mattered and what feedback did"
NO_FEATURES = (
    "Reasons are known only where Explain was open: this session kept no features.",
    "Switch on “Keep features” in Settings, Storing, before the next one.",
)
"""Two lines, for people."""


class ExplainOffer(QWidget):
    """Takes a session; seen only where there is something to explain and something to explain it from."""

    wanted = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self.offer = button("Explain this session", TIP, self._want)
        self.stop = button("Stop", "Stop explaining", self._stop)
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How much is explained")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.offer)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop)
        self._show_busy(False)

    def show_session(self, session: StoredSession) -> None:
        """Offer what can be done for it; what is under way for the same one goes on."""
        can = can_explain(session)
        self.setVisible(can)
        if session.line.id != self._id or not can:
            self._show_busy(False)
        self._id = session.line.id

    @Slot(float)
    def show_progress(self, share: float) -> None:
        """How far it is."""
        self.progress.setValue(round(100 * share))

    @Slot(str)
    def show_failed(self, topic: str) -> None:
        """It came to nothing; somebody else says why."""
        if topic == "explain":
            self._show_busy(False)

    def _want(self) -> None:
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
    """Whether steps of it are unexplained, and its features were kept."""
    return session.line.has_features and not explained(session.steps).all()


def why_not(session: StoredSession) -> tuple[str, ...]:
    """Why unexplained steps stay so; nothing where they need not."""
    return () if session.line.has_features or explained(session.steps).all() else NO_FEATURES
