"""Progress of a download, with a button that cancels it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT

STEPS = 1000


class DownloadBar(QWidget):
    """Hidden unless something is being downloaded; emits `cancelled`."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text, self._bar, self._stop = QLabel(), QProgressBar(), QPushButton("Cancel")
        set_kind(self._text, "caption")
        self._bar.setRange(0, STEPS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Download progress")
        self._stop.setAccessibleName("Cancel the download")
        self._stop.setToolTip("Stop the download; the next attempt continues from here")
        self._stop.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self._bar, 1)
        row.addWidget(self._text)
        row.addWidget(self._stop)
        self.hide()

    def show_progress(self, share: float, size_mb: float) -> None:
        """Shows that this share (0 to 1) of `size_mb` is downloaded."""
        self.show()
        self._bar.setValue(round(share * STEPS))
        self._text.setText(f"{share * size_mb:.0f} of {size_mb:.0f} MB")
