"""The timeline of a stored session: overview, legend, plots, and below them the readout of one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.review.explain_offer import ExplainOffer, why_not
from app.review.timeline.columns import nearest, timeline_columns
from app.review.timeline.data import Moment, TimelineData, TimelineNote
from app.review.timeline.influence import alarm_text
from app.review.timeline.legend import TimelineLegend
from app.review.timeline.overview import SessionOverview
from app.review.timeline.plots import TimelinePlots
from app.review.timeline.readout import at_time, read_out
from app.review.timeline.visible_range import ZOOM, VisibleRange
from app.widgets.elided_line import ElidedLine
from app.widgets.theme import UNIT, colors_of
from core.step_columns import StepColumns

AROUND_S = 60.0
"""Seconds shown around a moment that is chosen in another pane."""
NEAR_SHARE = 0.006
"""Marks this near the cursor, as a share of the visible range, are read out with it."""
HELP = "The wheel zooms, a drag shows a stretch, ← and → step, a double click shows all."


class SessionTimeline(QWidget):
    """Takes a `TimelineData`; `visible` holds the range that is shown and the moment that is read out."""

    def __init__(self) -> None:
        super().__init__()
        self.visible = VisibleRange(self)
        self.overview, self.legend = SessionOverview(self.visible), TimelineLegend()
        self.plots = TimelinePlots(self.visible)
        self.why = ExplainOffer()
        self._lines = [ElidedLine("caption" if place else "title") for place in range(5)]
        self._data: TimelineData | None = None
        self._other: StepColumns | None = None
        self._pinned_s: float | None = None
        self._build()
        self._set_colors()
        self.plots.hovered.connect(self._on_hover)
        self.plots.clicked.connect(self._pin)
        self.plots.hinted.connect(self.legend.show_hint)
        self.visible.moved.connect(self._read)

    def _build(self) -> None:
        self.setAccessibleName("Timeline of the session")
        self.setToolTip("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        readout = QVBoxLayout()
        readout.setSpacing(0)
        for label in self._lines:
            readout.addWidget(label)
        buttons = self._zoom_buttons()
        beside = QVBoxLayout()
        beside.setSpacing(UNIT // 2)
        beside.addLayout(buttons)
        beside.setAlignment(buttons, Qt.AlignmentFlag.AlignRight)
        beside.addWidget(self.why)
        beside.addStretch(1)
        foot = QHBoxLayout()
        foot.addLayout(readout, 1)
        foot.addLayout(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.overview)
        column.addWidget(self.legend)
        column.addWidget(self.plots, 1)
        column.addLayout(foot)

    def _zoom_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(UNIT // 2)
        for text, name, act in (
            ("−", "Zoom out (−)", lambda: self.visible.zoom(1 / ZOOM)),
            ("+", "Zoom in (+)", lambda: self.visible.zoom(ZOOM)),
            ("All", "Show the whole session (0)", self.visible.fit),
        ):
            row.addWidget(_tool(text, name, act))
        return row

    def show_session(self, data: TimelineData | None) -> None:
        """Shows a session whole; the one that is shown already stays where it is zoomed to."""
        same = data is not None and self._data is not None and data.session.line.id == self._data.session.line.id
        self._data = data
        self.plots.show_data(data)
        if not same:
            self.show_other(None)
        if data is not None:
            self.why.show_session(data.session)
        if data is not None and not same:
            self._pinned_s = None
            self.visible.open(data.end_s)
        self.overview.show_columns(data.columns if data else None)
        self._read()

    def show_other(self, steps: StepColumns | None) -> None:
        """Shows another checkpoint's steps for the same session as thin lines."""
        hop_s = self._data.session.facts.hop_s if self._data else 1.0
        self._other = steps
        self.plots.show_other(timeline_columns(steps, hop_s) if steps is not None else None)
        self._read()

    def go_to(self, t_s: float) -> None:
        """Shows a moment and what is around it."""
        self._pinned_s = t_s
        self.visible.go_to(t_s, min(self.visible.total_s, AROUND_S))

    # --- the readout -------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The readout."""
        return "\n".join(label.full for label in self._lines if label.full)

    @Slot(object)
    def _on_hover(self, t_s: float | None) -> None:
        at_s = self._pinned_s if t_s is None else min(max(self.visible.start_s, t_s), self.visible.end_s)
        self.visible.look_at(at_s)

    @Slot(float)
    def _pin(self, t_s: float) -> None:
        self._pinned_s = t_s
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.visible.look_at(t_s)

    @Slot()
    def _read(self) -> None:
        lines = [*self._readout(), *("" for _ in self._lines)]
        for label, text in zip(self._lines, lines, strict=False):
            label.show_text(text)
        self.setAccessibleDescription(self.text)

    def _readout(self) -> Sequence[str]:
        if self._data is None:
            return ()
        at_s = self.visible.at_s
        index = nearest(self._data.columns, at_s) if at_s is not None else None
        if at_s is None or index is None:
            empty = len(self._data.columns.t_s) == 0
            first = "This session has no steps." if empty else "Move over the timeline to read a step."
            return (first, HELP, *why_not(self._data.session))
        lines = read_out(self._data.session.steps, index, self._data.context, self._marks(at_s, index)).lines
        if self._other is not None:
            lines[1] += f" · the other: {at_time(self._other, float(self._data.columns.t_s[index]))}"
        return lines

    def _marks(self, at_s: float, index: int) -> list[Moment]:
        if self._data is None:
            return []
        near_s = max(self._data.session.facts.hop_s, NEAR_SHARE * self.visible.width_s)
        moments: tuple[Moment, ...] = (*self._data.session.reports, *self._data.notes)
        near = [moment for moment in moments if abs(moment.t_s - at_s) <= near_s]
        alarm = alarm_text(self._data.influence, index) if self._data.influence is not None else ""
        return [TimelineNote(at_s, "alarm", alarm), *near] if alarm else near

    def _set_colors(self) -> None:
        colors = colors_of(self)
        self.plots.set_colors(colors)
        self.overview.set_colors(colors)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follows the theme."""
        if event.type() is QEvent.Type.PaletteChange:
            self._set_colors()
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """Outlines the plots."""
        self.plots.show_focus(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """Removes the outline."""
        self.plots.show_focus(False)
        super().focusOutEvent(event)

    # --- keys --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Steps, jumps, zooms and pans."""
        key = Qt.Key
        acts: dict[Qt.Key, Callable[[], object]] = {
            key.Key_Left: lambda: self._step(-1),
            key.Key_Right: lambda: self._step(1),
            key.Key_Home: lambda: self._jump(0),
            key.Key_End: lambda: self._jump(-1),
            key.Key_Plus: lambda: self.visible.zoom(ZOOM),
            key.Key_Equal: lambda: self.visible.zoom(ZOOM),
            key.Key_Minus: lambda: self.visible.zoom(1 / ZOOM),
            key.Key_0: self.visible.fit,
            key.Key_PageUp: lambda: self.visible.pan(-0.8 * self.visible.width_s),
            key.Key_PageDown: lambda: self.visible.pan(0.8 * self.visible.width_s),
        }
        if event.key() in acts:
            acts[key(event.key())]()
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        if self._data is None:
            return
        from_s = self.visible.start_s if self.visible.at_s is None else self.visible.at_s
        index = nearest(self._data.columns, from_s)
        if index is not None:
            self._look_at_step(max(0, min(len(self._data.columns.t_s) - 1, index + by)))

    def _jump(self, index: int) -> None:
        if self._data is not None and len(self._data.columns.t_s):
            self._look_at_step(index)

    def _look_at_step(self, index: int) -> None:
        if self._data is not None:
            columns = self._data.columns
            self._pinned_s = float(columns.t_s[index]) - columns.hop_s / 2
            self.visible.look_at(self._pinned_s)


def _tool(text: str, name: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(act)
    return button
