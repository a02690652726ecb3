"""Curves, weights and lanes over one time axis, with one cursor: hovering (or the arrow keys) shows a step in full."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.live.activity_lane import ActivityLane
from app.live.presence_lanes import PresenceLanes
from app.live.probability_plot import ProbabilityPlot
from app.live.weight_plot import WeightAreaPlot
from app.presentation.series import presence_spans, series
from app.presentation.text import step_lines
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of
from core.types import Estimate


class LiveTimeline(QWidget):
    """Takes the estimates of the last `history_s` seconds and the hop."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self._estimates: Sequence[Estimate] = ()
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
        self.setAccessibleName("The last two minutes; arrow keys step through them")
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

    def show_estimates(self, estimates: Sequence[Estimate], hop_s: float) -> None:
        """Draw these, newest last; the newest is "now"."""
        self._estimates = estimates
        now_s = estimates[-1].t_s if estimates else 0.0
        drawn = series(estimates, now_s, hop_s)
        self.curves.show_series(drawn)
        self.weights.show_series(drawn)
        self.lanes.show_spans(presence_spans(estimates, now_s, hop_s))
        if self._chosen is not None:
            self._choose(min(self._chosen, len(estimates) - 1) if estimates else None)

    def _on_mouse(self, place: QPointF) -> None:
        if not self._estimates:
            return
        seconds = self.curves.plot.getViewBox().mapSceneToView(place).x()
        aim = self._estimates[-1].t_s + seconds
        distances = [abs(estimate.t_s - aim) for estimate in self._estimates]
        self._choose(distances.index(min(distances)))

    def _choose(self, index: int | None) -> None:
        self._chosen = index
        shown = index is not None
        for part in (self.curves, self.weights):
            part.cursor.setVisible(shown)
        self.card.setVisible(shown)
        if index is None:
            return
        now_s = self._estimates[-1].t_s
        chosen = self._estimates[index]
        for part in (self.curves, self.weights):
            part.cursor.setValue(chosen.t_s - now_s)
        self.card.setText("\n".join(step_lines(chosen, now_s)))
        self.card.adjustSize()
        self._place_card(chosen.t_s - now_s)

    def _place_card(self, seconds: float) -> None:
        plot = self.curves.plot
        x = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(seconds, 0.0))).x()
        left = x + 2 * UNIT if x < self.width() / 2 else x - self.card.width() - 2 * UNIT
        self.card.move(int(max(0, min(left, self.width() - self.card.width()))), 3 * UNIT)
        self.card.raise_()

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """The cursor goes when the mouse leaves a plot."""
        if event.type() == QEvent.Type.Leave:
            self._choose(None)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Left and right step through the estimates, Escape lets go."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._estimates:
            last = len(self._estimates) - 1
            start = last + 1 if self._chosen is None else self._chosen
            self._choose(max(0, min(last, start + steps[Qt.Key(event.key())])))
        elif event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self._choose(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """The cursor goes with the focus."""
        self._choose(None)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Labels follow the plots' new size, which is known after the layout has run."""
        super().resizeEvent(event)
        self.layout().activate()
        self.curves.place_labels()
        self.weights.place_labels()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follow the theme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._set_kind()
        super().changeEvent(event)

    def _set_kind(self) -> None:
        set_kind(self.card, "hover")
        for part in (self.curves, self.weights):
            part.set_colors(colors_of(self))
