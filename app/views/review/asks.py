"""A question before something goes for good: what exactly goes, in words. Nothing goes by Enter alone."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.style_sheet import dress
from app.theme import UNIT

WIDTH_PX = 60 * UNIT


class EraseQuestion(QDialog):
    """`accepted` when the person wants it erased; the button that keeps has the focus."""

    def __init__(self, title: str, words: str, act: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.words = words
        heading, text = QLabel(title), QLabel(words)
        dress(heading, "title")
        for label in (heading, text):
            label.setWordWrap(True)
        self.keep, self.erase = QPushButton("Keep"), QPushButton(act)
        dress(self.keep, "primary")
        self.keep.setDefault(True)
        self.erase.setAutoDefault(False)
        for button, tip in ((self.keep, "Keep everything (Esc)"), (self.erase, "Erase for good")):
            button.setAccessibleName(button.text())
            button.setToolTip(tip)
        self.keep.clicked.connect(self.reject)
        self.erase.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.erase)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(2 * UNIT)
        for widget in (heading, text):
            column.addWidget(widget)
        column.addLayout(row)
        self.setFixedSize(WIDTH_PX, column.totalHeightForWidth(WIDTH_PX))
        self.keep.setFocus()
