"""A download in one strip: what, how far, and a way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT

STEPS = 1000


class DownloadBar(QWidget):
    """Hidden unless something is being fetched; emits the wish to stop."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text, self._bar, self._stop = QLabel(), QProgressBar(), QPushButton("Cancel")
        set_kind(self._text, "caption")
        self._bar.setRange(0, STEPS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Download progress")
        self._stop.setAccessibleName("Cancel the download")
        self._stop.setToolTip("Stop here; the next attempt goes on from this point")
        self._stop.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self._bar, 1)
        row.addWidget(self._text)
        row.addWidget(self._stop)
        self.hide()

    def show_progress(self, share: float, size_mb: float) -> None:
        """So much of `size_mb` is there."""
        self.show()
        self._bar.setValue(round(share * STEPS))
        self._text.setText(f"{share * size_mb:.0f} of {size_mb:.0f} MB")
