"""A card of the Explain page: title, plot and one sentence under it; and helpers that lay parts out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.widgets.style_sheet import set_kind
from app.widgets.theme import BODY_PX, UNIT


class ExplainCard(QFrame):
    """`aside` is placed beside the title. The sentence may change with what is shown."""

    def __init__(self, title: str, sentence: str, *parts: QWidget, aside: QWidget | None = None) -> None:
        super().__init__()
        set_kind(self, "card")
        self.setAccessibleName(title)
        self.heading, self._sentence = QLabel(title), QLabel(sentence)
        set_kind(self.heading, "title")
        set_kind(self._sentence, "quiet")
        self._sentence.setWordWrap(True)
        self._sentence.setMinimumHeight(2 * BODY_PX + UNIT)  # two lines, so that the layout does not move
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
        """The text under the plot."""
        return self._sentence.text()

    def show_sentence(self, sentence: str) -> None:
        """Shows this sentence under the plot."""
        if sentence != self._sentence.text():
            self._sentence.setText(sentence)


def beside(*parts: QWidget) -> QWidget:
    """Parts in a row, equally wide."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * UNIT)
    for part in parts:
        row.addWidget(part, 1)
    return box


def _inset(part: QWidget) -> QHBoxLayout:
    """`part` as wide as the scrolled content, which shares its width with the scroll bar."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, UNIT, 0)
    row.addWidget(part)
    return row


def scrolled(part: QWidget, above: QWidget | None = None) -> QWidget:
    """`part` in a scroll area; `above` is placed over it and does not scroll."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(part)
    if above is None:
        return area
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2 * UNIT)
    column.addLayout(_inset(above))
    column.addWidget(area, 1)
    return box
