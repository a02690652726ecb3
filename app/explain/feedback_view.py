"""Feedback: how far the previous result moved a step, now and over time; its switch and its reset."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.explain.data import feedback_lines
from app.explain.feedback_arrows import FeedbackArrows
from app.explain.text import feedback_effect
from app.explain.time_plot import color_time_plot, make_time_plot
from app.widgets.plot import Grid
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, Colors
from core.step_columns import RecentSteps

MOST = 0.2
"""Top of the plot; feedback seldom moves a well-trained model by more."""
TIP = (
    "Share of the probability that feedback moved to other states: 0 % is no change,\n"
    "100 % a completely different result."
)


class FeedbackControls(QWidget):
    """The switch and the reset button of feedback."""

    switched = Signal(bool)
    reset = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.switch, self.again = QPushButton("Feedback on"), QPushButton("Reset")
        self.switch.setCheckable(True)
        self.switch.setChecked(True)
        self.switch.setProperty("kind", "segment")
        self.switch.setAccessibleName("Feedback")
        self.switch.setToolTip("Feed each result back into the next step, or not.")
        self.again.setAccessibleName("Reset feedback")
        self.again.setToolTip(
            "Forget the previous result, as at the first step. The model's memory of the inputs stays."
        )
        self.switch.toggled.connect(self._on_switched)
        self.again.clicked.connect(self.reset)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        for button in (self.switch, self.again):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)

    def _on_switched(self, on: bool) -> None:
        self.switch.setText("Feedback on" if on else "Feedback off")
        self.again.setEnabled(on)
        self.switched.emit(on)


class FeedbackView(QWidget):
    """Shows the effect of feedback on the recent steps."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self.arrows = FeedbackArrows()
        self.caption = QLabel(f"how much feedback moved, over time (top: {100 * MOST:.0f} % and more)")
        self.plot = make_time_plot("How much feedback moved at each step", history_s)
        self.plot.setToolTip(TIP)
        self.plot.setMinimumHeight(64)
        self.plot.getPlotItem().setYRange(0, MOST * 1.04, padding=0)
        ticks = [(share, f"{100 * share:.0f} %") for share in (0.0, MOST / 2, MOST)]
        self.plot.getPlotItem().getAxis("left").setTicks([ticks])
        self._grid = Grid([share for share, _text in ticks])
        self.plot.addItem(self._grid)
        self._line = pg.PlotCurveItem(antialias=True, connect="finite", fillLevel=0.0)
        self.plot.addItem(self._line)
        set_kind(self.caption, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.arrows, 3)
        column.addWidget(self.caption)
        column.addWidget(self.plot, 2)

    def set_colors(self, colors: Colors) -> None:
        """Uses the colours of the theme."""
        color_time_plot(self.plot, colors)
        self._grid.set_colors(colors)
        fill = pg.mkColor(colors.accent)
        fill.setAlpha(60)
        self._line.setPen(pg.mkPen(colors.accent, width=2))
        self._line.setBrush(fill)

    def show_steps(self, recent: RecentSteps, hop_s: float) -> None:
        """Draws these steps: the newest as arrows, all of them over time."""
        self.arrows.show_effect(feedback_effect(recent.newest))
        drawn = feedback_lines(recent.columns, hop_s)
        self._line.setData(drawn.x, np.minimum(drawn.lines[:, 0], MOST), connect="finite")
