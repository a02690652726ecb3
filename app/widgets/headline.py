"""The headline: the current state with its probability, for how long, and the second most probable state.

Above it stands whether voice or words may be somebody else's.

The figures are smoothed (`app.presentation.smoothing`), as the tooltip says; the plots show the steps as estimated.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.presentation.smoothing import HeadlineReading
from app.presentation.text import doubt_text, percent
from app.widgets.plot import state_pen
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of
from core.appearance import STATE_LOOKS
from core.time_format import duration


class Swatch(QWidget):
    """A short piece of a state's line; a grey line while undecided."""

    def __init__(self) -> None:
        super().__init__()
        self._state: str | None = None
        self.setFixedSize(QSize(4 * UNIT, 3 * UNIT))

    def show_state(self, state: str | None) -> None:
        """Uses the state's colour and dashes."""
        if state != self._state:
            self._state = state
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if self._state is not None:
            painter.setPen(state_pen(STATE_LOOKS[self._state], 4.0))
        else:
            painter.setPen(QColor(colors_of(self).quiet))
        painter.drawLine(QLineF(0, middle, self.width(), middle))


class HeadlineView(QFrame):
    """Shows a `HeadlineReading`."""

    def __init__(self) -> None:
        super().__init__()
        self._swatch = Swatch()
        self._name, self._figure, self._reason = QLabel("Waiting"), QLabel(), QLabel("for the first step")
        self._steady, self._next, self._doubt = QLabel(), QLabel(), QLabel()
        self.setAccessibleName("Current estimate")
        self.setToolTip(
            "Smoothed over about a second, so that it does not flicker. The curves show every step as estimated."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build()
        self._figure.hide()

    def _build(self) -> None:
        kinds = ((self._name, "headline"), (self._figure, "figure"), (self._reason, "quiet"))
        for label, kind in (*kinds, (self._steady, "quiet"), (self._next, "quiet")):
            set_kind(label, kind)
        caption = QLabel("Expressions may be read as")
        set_kind(caption, "caption")
        set_kind(self._doubt, "warning")
        self._doubt.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._doubt.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        above = QHBoxLayout()
        above.setSpacing(UNIT)
        above.addWidget(caption)
        above.addWidget(self._doubt, 1)
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(self._swatch)
        line.addWidget(self._name)
        line.addWidget(self._figure)
        line.addWidget(self._reason, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(0)
        for label in (self._steady, self._next):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            side.addWidget(label)
        line.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addLayout(line)

    @property
    def text(self) -> str:
        """The headline as one line."""
        parts = (self._name, self._figure, self._reason, self._steady, self._next, self._doubt)
        return " ".join(label.text() for label in parts if label.text())

    def show_reading(self, reading: HeadlineReading | None) -> None:
        """Shows the reading; labels change only where their text does."""
        if reading is None:
            words = ("Waiting", "", "for the first step", "", "")
        elif reading.state is None:
            why = f"— {reading.reason.value}" if reading.reason else ""
            leans = (
                f"leans to {reading.runner_up} {percent(reading.runner_up_probability)}" if reading.runner_up else ""
            )
            words = ("Undecided", "", why, f"for {duration(reading.steady_s)}", leans)
        else:
            coming = f"next: {reading.runner_up} {percent(reading.runner_up_probability)}"
            steady = f"steady for {duration(reading.steady_s)}"
            words = (reading.state, percent(reading.probability), "", steady, coming)
        self._swatch.show_state(reading.state if reading else None)
        labels = (self._name, self._figure, self._reason, self._steady, self._next, self._doubt)
        texts = (*words, doubt_text(reading))
        changed = [(label, text) for label, text in zip(labels, texts, strict=True) if label.text() != text]
        for label, text in changed:
            label.setText(text)
            label.setVisible(bool(text) or label in (self._steady, self._next, self._doubt))
        if changed:
            self.setAccessibleDescription(self.text)
