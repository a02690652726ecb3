"""What the program is, what it is not, and the law."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from app.presentation.text import DISCLAIMER, LAW, ON_DEVICE
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core import __version__

WHAT = (
    "It listens to voice and words and looks at the face, and estimates which of four states an observer might read "
    "from them: confused, curious, bored or frustrated. The network is a reconstruction of “Edu-EmotionNet” "
    "(Rafiuddin, 2025, arXiv 2510.08802), trained by this project; the model card says on what, and where it fails."
)


class AboutDialog(QDialog):
    """Closes with Escape or its button."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Learner Monitor")
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * UNIT, 3 * UNIT, 4 * UNIT, 3 * UNIT)
        column.setSpacing(2 * UNIT)
        lines = (
            (f"Learner Monitor {__version__}", "headline"),
            (DISCLAIMER, "title"),
            (WHAT, "body"),
            (
                f"{ON_DEVICE} The headline is smoothed; the curves show every step as the model estimated it.",
                "body",
            ),
            (LAW, "caption"),
            ("Apache License 2.0", "caption"),
        )
        for text, kind in lines:
            label = QLabel(text)
            label.setWordWrap(True)
            set_kind(label, kind)
            column.addWidget(label)
        close = QPushButton("Close")
        close.setAccessibleName("Close this dialog")
        close.setToolTip("Close (Esc)")
        close.clicked.connect(self.accept)
        set_kind(close, "primary")
        column.addWidget(close)
        width = 64 * UNIT
        self.setFixedSize(width, column.totalHeightForWidth(width))
