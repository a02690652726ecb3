"""The timeline of a stored session: overview, canvas, and beneath them what is known of the moment looked at."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.review.explain_offer import ExplainOffer, why_not
from app.review.panes import ElidedLine
from app.review.timeline.canvas import TimelineCanvas
from app.review.timeline.columns import nearest, track
from app.review.timeline.influence import alarm, led
from app.review.timeline.marks import TimelineNote, blocks, notes
from app.review.timeline.overview_strip import OverviewStrip
from app.review.timeline.picture import TimelinePicture
from app.review.timeline.readout import at_time, read_out
from app.review.timeline.visible_range import ZOOM, VisibleRange
from app.widgets.theme import UNIT
from core.review.moment_context import MomentContext
from core.store.stored_session import StoredSession, StoredSteps
from core.types import SelfReport

AROUND_S = 60.0
"""How much is shown around a moment that one comes to from elsewhere."""
NEAR_SHARE = 0.006
"""Marks this near the cursor, as a share of what is shown, are read out with it."""
HELP = "The wheel zooms, a drag shows a stretch, ← and → step, a double click shows all."


@dataclass(frozen=True, slots=True, eq=False)
class Drawable:
    """A session made ready to be drawn, which takes some milliseconds: do it on a job's thread."""

    session: StoredSession
    picture: TimelinePicture
    context: MomentContext


def drawable(session: StoredSession) -> Drawable:
    """Make a session ready."""
    line = track(session.steps, session.facts.hop_s)
    end_s = max(session.line.duration_s, float(line.t_s[-1]) if len(line.t_s) else 0.0)
    context = MomentContext(session.words, session.activities)
    picture = TimelinePicture(
        line, blocks(session, context, end_s), session.reports, notes(session), led(session.steps)
    )
    return Drawable(session, picture, context)


class SessionTimeline(QWidget):
    """Takes a `Drawable`; the moment looked at is the span's."""

    def __init__(self) -> None:
        super().__init__()
        self.span = VisibleRange(self)
        self.canvas, self.overview, self.why = TimelineCanvas(self.span), OverviewStrip(self.span), ExplainOffer()
        self._lines = [ElidedLine("caption" if place else "title") for place in range(5)]
        self._shown: Drawable | None = None
        self._other: StoredSteps | None = None
        self._pinned_s: float | None = None
        self._build()
        self.canvas.hovered.connect(self._on_hover)
        self.canvas.clicked.connect(self._pin)
        self.span.moved.connect(self._read)

    def _build(self) -> None:
        self.setAccessibleName("Timeline of the session")
        self.setToolTip("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas.setAccessibleName("Probabilities, weights, presence and marks over time")
        zooms = QHBoxLayout()
        zooms.setSpacing(UNIT // 2)
        for text, name, act in (
            ("−", "See more at once (−)", lambda: self.span.zoom(1 / ZOOM)),
            ("+", "See more closely (+)", lambda: self.span.zoom(ZOOM)),
            ("All", "See the whole session (0)", self.span.fit),
        ):
            zooms.addWidget(_tool(text, name, act))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.overview)
        column.addWidget(self.canvas, 1)
        read = QVBoxLayout()
        read.setSpacing(0)
        for label in self._lines:
            read.addWidget(label)
        foot = QHBoxLayout()
        foot.addLayout(read, 1)
        beside = QVBoxLayout()
        beside.setSpacing(UNIT // 2)
        beside.addLayout(zooms)
        beside.setAlignment(zooms, Qt.AlignmentFlag.AlignRight)
        beside.addWidget(self.why)
        beside.addStretch(1)
        foot.addLayout(beside)
        column.addLayout(foot)

    def show_session(self, shown: Drawable | None) -> None:
        """Draw this session whole, nothing looked at."""
        same = shown is not None and self._shown is not None and shown.session.line.id == self._shown.session.line.id
        self._shown = shown
        self.canvas.show_picture(shown.picture if shown else None)
        self.overview.show_track(shown.picture.track if shown else None)
        if shown is not None:
            self.why.show_session(shown.session)
        if not same:
            self.show_other(None)
        if shown is not None and not same:
            times = shown.picture.track.t_s
            self._pinned_s = None
            self.span.open(max(shown.session.line.duration_s, float(times[-1]) if len(times) else 0.0))
        self._read()

    def show_other(self, steps: StoredSteps | None) -> None:
        """The same session as another checkpoint reads it, as thin lines."""
        hop_s = self._shown.session.facts.hop_s if self._shown else 1.0
        self._other = steps
        self.canvas.show_other(track(steps, hop_s) if steps is not None else None)
        self._read()

    def go_to(self, t_s: float) -> None:
        """Show a moment from nearby."""
        self._pinned_s = t_s
        self.span.go_to(t_s, min(self.span.total_s, AROUND_S))

    # --- the moment looked at ----------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What the read-out says."""
        return "\n".join(label.full for label in self._lines if label.full)

    @Slot(object)
    def _on_hover(self, t_s: float | None) -> None:
        at_s = self._pinned_s if t_s is None else t_s
        self.span.look_at(at_s if t_s is None else min(max(self.span.start_s, t_s), self.span.end_s))

    @Slot(float)
    def _pin(self, t_s: float) -> None:
        self._pinned_s = t_s
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.span.look_at(t_s)

    @Slot()
    def _read(self) -> None:
        lines: list[str] = []
        index = None
        if self._shown is not None and self.span.at_s is not None:
            index = nearest(self._shown.picture.track, self.span.at_s)
        if self._shown is not None and index is not None and self.span.at_s is not None:
            said = read_out(self._shown.session.steps, index, self._shown.context, self._marks(self.span.at_s, index))
            lines = said.lines
            if self._other is not None:
                lines[1] += f" · the other: {at_time(self._other, float(self._shown.picture.track.t_s[index]))}"
        elif self._shown is not None:
            empty = len(self._shown.picture.track.t_s) == 0
            lines = ["No step was made in this session." if empty else "Move over the timeline to read a step.", HELP]
            lines += why_not(self._shown.session)
        for label, text in zip_longest(self._lines, lines, fillvalue=""):
            label.say(text)
        self.setAccessibleDescription(self.text)

    def _marks(self, at_s: float, index: int) -> list[TimelineNote | SelfReport]:
        if self._shown is None:
            return []
        near_s = max(self._shown.session.facts.hop_s, NEAR_SHARE * self.span.width_s)
        picture = self._shown.picture
        near = [mark for mark in (*picture.reports, *picture.notes) if abs(mark.t_s - at_s) <= near_s]
        held = alarm(picture.led, index) if picture.led is not None else ""
        return [TimelineNote(at_s, "alarm", held), *near] if held else near

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """Show that keys go here."""
        self.canvas.show_focus(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """Keys go elsewhere."""
        self.canvas.show_focus(False)
        super().focusOutEvent(event)

    # --- keys --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Step, jump, zoom."""
        key = Qt.Key
        acts = {
            key.Key_Left: lambda: self._step(-1),
            key.Key_Right: lambda: self._step(1),
            key.Key_Home: lambda: self._jump(0),
            key.Key_End: lambda: self._jump(-1),
            key.Key_Plus: lambda: self.span.zoom(ZOOM),
            key.Key_Equal: lambda: self.span.zoom(ZOOM),
            key.Key_Minus: lambda: self.span.zoom(1 / ZOOM),
            key.Key_0: self.span.fit,
            key.Key_PageUp: lambda: self.span.pan(-0.8 * self.span.width_s),
            key.Key_PageDown: lambda: self.span.pan(0.8 * self.span.width_s),
        }
        if event.key() in acts:
            acts[key(event.key())]()
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        if self._shown is None:
            return
        times = self._shown.picture.track.t_s
        start_s = self.span.start_s if self.span.at_s is None else self.span.at_s
        index = nearest(self._shown.picture.track, start_s)
        if index is not None:
            self._look_at_step(max(0, min(len(times) - 1, index + by)))

    def _jump(self, index: int) -> None:
        if self._shown is not None and len(self._shown.picture.track.t_s):
            self._look_at_step(index)

    def _look_at_step(self, index: int) -> None:
        if self._shown is not None:
            line = self._shown.picture.track
            self._pinned_s = float(line.t_s[index]) - line.hop_s / 2
            self.span.look_at(self._pinned_s)


def _tool(text: str, name: str, act: object) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(act)
    return button
