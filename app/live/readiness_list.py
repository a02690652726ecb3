"""The Live page before a session: what is ready, what is missing and how to fix it, and the Start button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.presentation.text import DISCLAIMER, ON_DEVICE
from app.session.prerequisites import Prerequisite
from app.widgets.download_bar import DownloadBar
from app.widgets.style_sheet import set_kind
from app.widgets.theme import MOODS, UNIT, colors_of

WIDTH_PX = 70 * UNIT


class StatusDot(QWidget):
    """A dot for "good", "warn", "bad" or "quiet"; hollow unless good, so that it differs not by colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self._mood = "quiet"
        self.setFixedSize(QSize(12, 12))

    def show_mood(self, mood: str) -> None:
        """Uses the colour of this mood."""
        self._mood = mood
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(MOODS[self._mood](colors_of(self)))
        painter.setPen(color)
        if self._mood == "good":
            painter.setBrush(color)
        painter.drawEllipse(QRectF(1.5, 1.5, 9, 9))


class PrerequisiteRow(QWidget):
    """One prerequisite: dot, title, text and a button that fixes it."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._check: Prerequisite | None = None
        self._dot, self._title, self._text, self.button = StatusDot(), QLabel(), QLabel(), QPushButton()
        set_kind(self._title, "title")
        set_kind(self._text, "quiet")
        self._title.setFixedWidth(13 * UNIT)
        self._text.setWordWrap(True)
        self.button.clicked.connect(lambda: self._check and self.wanted.emit(self._check.topic))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, UNIT // 2, 0, UNIT // 2)
        row.setSpacing(UNIT)
        row.addWidget(self._dot)
        row.addWidget(self._title)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)

    def show_check(self, check: Prerequisite) -> None:
        """Shows this prerequisite."""
        self._check = check
        self._dot.show_mood(check.mood)
        self._title.setText(check.title)
        self._text.setText(check.text)
        self.button.setVisible(check.action is not None)
        self.button.setText(check.action or "")
        self.button.setAccessibleName(f"{check.action} {check.title.lower()}")
        self.button.setToolTip(f"{check.action}: {check.title.lower()}")


class ReadinessList(QFrame):
    """Shows prerequisites; emits the start, the choice of input, and the topic that the user wants to fix."""

    start = Signal()
    mend = Signal(str)
    input_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "card")
        self.title = QLabel("Ready when you are")
        self._rows: dict[str, PrerequisiteRow] = {}
        self._list = QVBoxLayout()
        self.go = QPushButton("Start")
        self.inputs = {"devices": QPushButton("My camera and microphone"), "demo": QPushButton("Drawn learner (demo)")}
        self.download = DownloadBar()
        self._build()

    def _build(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(UNIT)
        set_kind(self.title, "headline")
        middle.addWidget(self.title)
        middle.addWidget(_quiet(f"{DISCLAIMER} {ON_DEVICE}"))
        middle.addSpacing(UNIT)
        middle.addLayout(self._input_row())
        middle.addSpacing(UNIT)
        self._list.setSpacing(0)
        middle.addLayout(self._list)
        middle.addWidget(self.download)
        middle.addSpacing(UNIT)
        set_kind(self.go, "primary")
        self.go.setAccessibleName("Start the session")
        self.go.setToolTip("Start (Space)")
        self.go.setMinimumSize(18 * UNIT, 5 * UNIT)
        self.go.clicked.connect(self.start)
        middle.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        frame = QWidget()
        frame.setMaximumWidth(WIDTH_PX)
        frame.setLayout(middle)
        outer = QGridLayout(self)
        outer.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        outer.addWidget(frame, 1, 1)
        for edge, stretch in ((0, 1), (2, 1)):
            outer.setColumnStretch(edge, stretch)
            outer.setRowStretch(edge, stretch)
        outer.setColumnStretch(1, 100)

    def _input_row(self) -> QHBoxLayout:
        row, group = QHBoxLayout(), QButtonGroup(self)
        row.setSpacing(UNIT)
        for kind, button in self.inputs.items():
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setAccessibleName(f"Input: {button.text()}")
            button.setToolTip("Where the picture and sound of the next session come from")
            button.clicked.connect(lambda _checked=False, kind=kind: self.input_chosen.emit(kind))
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def show_input(self, kind: str) -> None:
        """Marks the chosen input."""
        if kind in self.inputs:
            self.inputs[kind].setChecked(True)

    def show_title(self, text: str) -> None:
        """Sets the title, such as the outcome of the last session."""
        self.title.setText(text)

    def show_checks(self, checks: Sequence[Prerequisite]) -> None:
        """Shows these prerequisites, in this order."""
        wanted = [check.topic for check in checks]
        for topic in [t for t in self._rows if t not in wanted]:
            self._rows.pop(topic).deleteLater()
        for check in checks:
            if check.topic not in self._rows:
                self._rows[check.topic] = PrerequisiteRow()
                self._rows[check.topic].wanted.connect(self.mend)
                self._list.addWidget(self._rows[check.topic])
            self._rows[check.topic].show_check(check)


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_kind(label, "quiet")
    return label
