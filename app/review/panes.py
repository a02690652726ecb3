"""Parts of the panes of the Review page: a scrolling pane, cards, lists of moments, labels and buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT

TIME_ROLE = Qt.ItemDataRole.UserRole


class Pane(QScrollArea):
    """Scrolls vertically only; `body` holds its layout."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.body = QWidget()
        self.setWidget(self.body)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class MomentList(QListWidget):
    """A list of moments; `chosen` carries seconds when one is clicked or activated by key."""

    chosen = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip("Click or press Enter to see it in the timeline")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(True)
        self.setSpacing(UNIT // 2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.itemClicked.connect(self._go)
        self.itemActivated.connect(self._go)

    def show_moments(self, moments: Sequence[tuple[float, str]]) -> None:
        """Shows (seconds, text) in this order."""
        self.clear()
        for t_s, text in moments:
            item = QListWidgetItem(text)
            item.setData(TIME_ROLE, t_s)
            self.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        self.chosen.emit(float(item.data(TIME_ROLE)))


def card(title: str, *parts: QWidget) -> QFrame:
    """A card with a title above its parts."""
    frame = QFrame()
    set_kind(frame, "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(2 * UNIT, UNIT + UNIT // 2, 2 * UNIT, 2 * UNIT)
    column.setSpacing(UNIT)
    heading = QLabel(title)
    set_kind(heading, "title")
    column.addWidget(heading)
    for part in parts:
        column.addWidget(part, 1 if isinstance(part, QListWidget) else 0)
    column.addStretch(0 if any(isinstance(part, QListWidget) for part in parts) else 1)
    return frame


def wrapped(kind: str = "", text: str = "") -> QLabel:
    """A label that wraps its text."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_kind(label, kind)
    return label


def button(text: str, name: str, act: Callable[[], object], kind: str = "") -> QPushButton:
    """A push button; `name` is its accessible name and its tooltip."""
    made = QPushButton(text)
    made.setAccessibleName(name)
    made.setToolTip(name)
    if kind:
        set_kind(made, kind)
    made.clicked.connect(lambda _checked=False: act())
    return made
