"""The Explain page before a session: what it will show, and how to start."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT

TITLE = "See why the estimate is what it is"
HOW = "Press Start, or the space bar. Without camera and microphone, choose the drawn learner on the Live page."
POINTS = (
    ("How much each counts", "The weights of picture, voice and words at every step, with their uncertainty."),
    ("What each takes from the others", "How far picture, voice and words draw on each other, and on which moment."),
    ("Without one of them", "What the estimate would be without the picture, the voice or the words."),
    ("What feedback does", "How far the previous result moves the next one. Switch it off, or reset it."),
    ("Try a fault", "Blur the picture, add noise, mute the sound: the sliders on the left work already."),
)
WIDTH_PX = 76 * UNIT


class ExplainEmptyState(QFrame):
    """Text only."""

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "card")
        self.setAccessibleName(TITLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * UNIT, 4 * UNIT, 4 * UNIT, 4 * UNIT)
        column.setSpacing(UNIT // 2)
        column.addStretch(1)
        column.addWidget(_line(TITLE, "headline"))
        column.addWidget(_line(HOW, "quiet"))
        for title, words in POINTS:
            column.addSpacing(UNIT)
            column.addWidget(_line(title, "title"))
            column.addWidget(_line(words, "quiet"))
        column.addStretch(2)


def _line(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    set_kind(label, kind)
    label.setWordWrap(True)
    label.setMaximumWidth(WIDTH_PX)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return label
