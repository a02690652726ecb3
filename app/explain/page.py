"""The Explain page: faults on the left, their effect on the right. Shows people how the model works."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.explain.attention_map import AttentionMap
from app.explain.attention_strips import AttentionStrips
from app.explain.card import ExplainCard, beside, scrolled
from app.explain.data import summarize_attention
from app.explain.empty_state import ExplainEmptyState
from app.explain.fault_panel import FaultPanel
from app.explain.feedback_view import FeedbackControls, FeedbackView
from app.explain.leave_one_out_bars import LeaveOneOutBars
from app.explain.leave_one_out_plot import LeaveOneOutPlot
from app.explain.text import feedback_line, leave_one_out, leave_one_out_line
from app.explain.weight_plot import WeightLinePlot
from app.presentation.smoothing import HeadlineReading
from app.widgets.headline import HeadlineView
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of
from core.faults import Faults
from core.feedback_alarm import FeedbackAlarm, find_alarm
from core.step_columns import RecentSteps

PANEL_PX = 31 * UNIT
TWO_COLUMNS_PX = 100 * UNIT
"""From this width on the four cards are laid out two by two."""
CARD_PX = 35 * UNIT
"""Height of a card in one column."""
WEIGHTS = "A weight is how much a modality counts at this step, not how much it changed the result."
MAP = "Arrows: what each takes from another. Strips: from which moment. Rings: what comes from itself."
WITHOUT = "What the estimate would be without one of them from the start."
FEEDBACK = "Each result is fed back into the next step, so that the estimate does not flicker."
NO_FEEDBACK = "Feedback is off: the previous result is not used."
NO_FAULTS = "No faults on: the input is unchanged."


class ExplainPage(QWidget):
    """Distributes the recent steps to its plots; holds the faults and the feedback switch that the user set."""

    faults_changed = Signal(object)
    feedback_switched = Signal(bool)
    feedback_reset = Signal()

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self.panel, self.headline = FaultPanel(), HeadlineView()
        self.tag, self.alarm = QLabel(NO_FAULTS), QLabel()
        self.weights, self.map, self.strips = WeightLinePlot(history_s), AttentionMap(), AttentionStrips()
        self.bars, self.curves = LeaveOneOutBars(), LeaveOneOutPlot(history_s)
        self.controls, self.feedback = FeedbackControls(), FeedbackView(history_s)
        self.weights_card = ExplainCard("How much each counts", WEIGHTS, self.weights)
        self.map_card = ExplainCard("What each takes from the others", MAP, beside(self.map, self.strips))
        self.without_card = ExplainCard("Without one of them", WITHOUT, self.bars, self.curves)
        self.feedback_card = ExplainCard("What feedback does", FEEDBACK, self.feedback, aside=self.controls)
        self._right, self._columns = QStackedWidget(), 0
        self._build()
        self.panel.changed.connect(self._on_faults)
        self.controls.switched.connect(self.feedback_switched)
        self.controls.reset.connect(self.feedback_reset)
        set_kind(self, "page")
        self._set_kind()
        self.show_running(False)

    def _build(self) -> None:
        self._top = QFrame()
        set_kind(self._top, "card")
        top = QVBoxLayout(self._top)
        top.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        top.setSpacing(UNIT // 2)
        top.addWidget(self.headline)
        for label, name, kind in ((self.tag, "Faults that are on", "quiet"), (self.alarm, "Feedback alarm", "alarm")):
            set_kind(label, kind)
            label.setWordWrap(True)
            label.setAccessibleName(name)
            top.addWidget(label)
        self.alarm.hide()
        self._grid_box = QWidget()
        self._grid = QGridLayout(self._grid_box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2 * UNIT)
        self._right.addWidget(ExplainEmptyState())
        self._right.addWidget(scrolled(self._grid_box, self._top))
        left = scrolled(self.panel)
        left.setFixedWidth(PANEL_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 2 * UNIT, UNIT, 2 * UNIT)
        row.setSpacing(2 * UNIT)
        row.addWidget(left)
        row.addWidget(self._right, 1)

    @property
    def faults(self) -> Faults:
        """The faults that the user set; they also apply to the next session."""
        return self.panel.faults

    @property
    def feeds_back(self) -> bool:
        """Whether feedback is switched on; it also applies to the next session."""
        return self.controls.switch.isChecked()

    def show_running(self, running: bool) -> None:
        """Shows the plots while a session runs or has ended, the empty state before."""
        self._right.setCurrentIndex(1 if running else 0)

    def show_reading(self, reading: HeadlineReading | None) -> None:
        """Updates the headline."""
        self.headline.show_reading(reading)

    def show_steps(self, recent: RecentSteps, hop_s: float) -> None:
        """Updates the plots. Steps that are not explained leave all but the weights empty."""
        newest = recent.newest
        attention = summarize_attention(recent, hop_s)
        self.weights.show_steps(recent.columns, hop_s)
        self.map.show_attention(attention)
        self.strips.show_attention(attention)
        self.bars.show_rows(leave_one_out(newest))
        self.curves.show_steps(recent.columns, hop_s)
        self.feedback.show_steps(recent, hop_s)
        self._show_alarm(find_alarm(recent.columns))
        explained = newest if newest is not None and newest.explanation is not None else None
        self.without_card.show_sentence(leave_one_out_line(explained) if explained else WITHOUT)
        sentence = feedback_line(explained) if explained else FEEDBACK
        self.feedback_card.show_sentence(sentence if self.feeds_back else NO_FEEDBACK)

    def _show_alarm(self, held: FeedbackAlarm | None) -> None:
        text = held.sentence if held else ""
        if text != self.alarm.text():
            self.alarm.setText(text)
            self.alarm.setVisible(bool(text))

    def _on_faults(self, faults: Faults) -> None:
        self.tag.setText(f"Faults on: {' '.join(faults.words())}" if faults.any else NO_FAULTS)
        set_kind(self.tag, "warn" if faults.any else "quiet")
        self.faults_changed.emit(faults)

    def _place_cards(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for k, card in enumerate((self.weights_card, self.map_card, self.without_card, self.feedback_card)):
            self._grid.addWidget(card, k // columns, k % columns)
            card.setMinimumHeight(CARD_PX if columns == 1 else 0)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Lays the cards out two by two where there is room."""
        super().resizeEvent(event)
        room = self.width() - PANEL_PX - 5 * UNIT
        self._place_cards(2 if room >= TWO_COLUMNS_PX else 1)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follows the theme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._set_kind()
        super().changeEvent(event)

    def _set_kind(self) -> None:
        for part in (self.weights, self.curves, self.feedback):
            part.set_colors(colors_of(self))
