"""Probabilities, weights and lanes over one time axis; hovering or the arrow keys show all about one step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.live.activity_lane import ActivityLane
from app.live.presence_lanes import PresenceLanes
from app.live.probability_plot import ProbabilityPlot
from app.live.weight_plot import WeightAreaPlot
from app.presentation.series import presence_spans, series
from app.presentation.step_text import step_lines
from app.widgets.plot import activate_layout
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of
from core.step_columns import NO_STEPS, RecentSteps


class LiveTimeline(QWidget):
    """Shows the steps of the last `history_s` seconds."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self._recent = NO_STEPS
        self._chosen: int | None = None
        self.curves, self.weights, self.lanes = (
            ProbabilityPlot(history_s),
            WeightAreaPlot(history_s),
            PresenceLanes(history_s),
        )
        self.context, self.card = ActivityLane(history_s), QLabel(self)
        self._build()
        for part in (self.curves, self.weights):
            part.plot.scene().sigMouseMoved.connect(self._on_mouse)
            part.plot.viewport().installEventFilter(self)
        self._set_kind()

    def _build(self) -> None:
        self.setAccessibleName("Estimates over time; the arrow keys choose a step")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        for title, view, stretch in (("probability", self.curves, 5), ("weights (light: 95 % bands)", self.weights, 3)):
            caption = QLabel(title)
            set_kind(caption, "caption")
            column.addWidget(caption)
            column.addWidget(view, stretch)
        column.addWidget(self.context)
        column.addWidget(self.lanes)
        self.card.setFrameShape(QFrame.Shape.NoFrame)
        self.card.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        self.card.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.card.hide()

    def show_steps(self, recent: RecentSteps, hop_s: float) -> None:
        """Draws these steps; the newest is "now"."""
        self._recent = recent
        steps = recent.columns
        drawn = series(steps, recent.now_s, hop_s)
        self.curves.show_series(drawn)
        self.weights.show_series(drawn)
        self.lanes.show_spans(presence_spans(steps, recent.now_s, hop_s))
        if self._chosen is not None:
            self._choose(min(self._chosen, len(steps) - 1) if len(steps) else None)

    def _on_mouse(self, place: QPointF) -> None:
        times = self._recent.columns.t_s
        if len(times):
            seconds = self.curves.plot.getViewBox().mapSceneToView(place).x()
            self._choose(int(np.abs(times - self._recent.now_s - seconds).argmin()))

    def _choose(self, index: int | None) -> None:
        self._chosen = index
        shown = index is not None
        for part in (self.curves, self.weights):
            part.marker.setVisible(shown)
        self.card.setVisible(shown)
        if index is None:
            return
        now_s, chosen = self._recent.now_s, self._recent.estimates[index]
        for part in (self.curves, self.weights):
            part.marker.setValue(chosen.t_s - now_s)
        self.card.setText("\n".join(step_lines(self._recent.columns, index, now_s, chosen.words)))
        self.card.adjustSize()
        self._place_card(chosen.t_s - now_s)

    def _place_card(self, seconds: float) -> None:
        plot = self.curves.plot
        x = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(seconds, 0.0))).x()
        left = x + 2 * UNIT if x < self.width() / 2 else x - self.card.width() - 2 * UNIT
        self.card.move(int(max(0, min(left, self.width() - self.card.width()))), 3 * UNIT)
        self.card.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Hides the step when the mouse leaves a plot."""
        if event.type() == QEvent.Type.Leave:
            self._choose(None)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Left and right choose another step, Escape hides it."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        last = len(self._recent.columns) - 1
        if event.key() in steps and last >= 0:
            start = last + 1 if self._chosen is None else self._chosen
            self._choose(max(0, min(last, start + steps[Qt.Key(event.key())])))
        elif event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self._choose(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """Hides the step when the focus leaves."""
        self._choose(None)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the labels with the plots."""
        super().resizeEvent(event)
        activate_layout(self)
        self.curves.place_labels()
        self.weights.place_labels()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follows the theme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._set_kind()
        super().changeEvent(event)

    def _set_kind(self) -> None:
        set_kind(self.card, "hover")
        for part in (self.curves, self.weights):
            part.set_colors(colors_of(self))
