"""A card of the Explain page: what it shows, the plot, and one sentence under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.style_sheet import dress
from app.theme import UNIT


class ExplainCard(QFrame):
    """`aside` stands beside the title. The sentence may change with what is shown."""

    def __init__(self, title: str, sentence: str, *parts: QWidget, aside: QWidget | None = None) -> None:
        super().__init__()
        dress(self, "card")
        self.setAccessibleName(title)
        self.heading, self._sentence = QLabel(title), QLabel(sentence)
        dress(self.heading, "title")
        dress(self._sentence, "quiet")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        if aside is not None:
            head.addWidget(aside)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        column.setSpacing(UNIT // 2)
        column.addLayout(head)
        for part in parts:
            column.addWidget(part, 1)
        column.addWidget(self._sentence)

    @property
    def sentence(self) -> str:
        """What stands under the plot."""
        return self._sentence.text()

    def say(self, sentence: str) -> None:
        """Put this sentence under the plot."""
        if sentence != self._sentence.text():
            self._sentence.setText(sentence)
