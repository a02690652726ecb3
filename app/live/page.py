"""The Live page: the learner on the left, the estimate and its history on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.live.level_meter import LevelMeter
from app.live.modality_toggles import ModalityToggles
from app.live.preview import Preview
from app.live.readiness_list import ReadinessList
from app.live.task_bar import TaskBar
from app.live.timeline import LiveTimeline
from app.live.transcript import TranscriptView
from app.presentation.smoothing import HeadlineReading
from app.presentation.text import HIDDEN, WORDS_COME, WORDS_OFF, no_picture
from app.self_report.report_panel import ReportPanel
from app.widgets.headline import HeadlineView
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.status import EngineStatus
from core.step_columns import RecentSteps
from core.types import Entry, InputKind, Modality, Sighting, TranscriptWord, VideoFrame

LEFT_PX = 40 * UNIT
LOW_PX = 68 * UNIT
LOWEST_PX = 52 * UNIT
"""A page lower than this hides the self-reports in favour of the estimate and its plots."""


class LivePage(QWidget):
    """Distributes what is new in a session to its parts."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        set_kind(self, "page")
        self.preview, self.toggles, self.meter, self.transcript = (
            Preview(),
            ModalityToggles(),
            LevelMeter(),
            TranscriptView(),
        )
        self.headline, self.timelines, self.readiness = HeadlineView(), LiveTimeline(history_s), ReadinessList()
        self.context, self.reports = TaskBar(), ReportPanel()
        self._shown, self._right = QStackedWidget(), QStackedWidget()
        plots, card = _column(self.headline, self.timelines), _card(self._shown, self.reports)
        self._columns = [layout for layout in (plots.layout(), card.layout()) if layout is not None]
        for page in (plots, _hidden()):
            self._shown.addWidget(page)
        for page in (self.readiness, card):
            self._right.addWidget(page)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        row.setSpacing(2 * UNIT)
        left = _card(self.preview, self.toggles, self.meter, self.transcript, self.context)
        left.setFixedWidth(LEFT_PX)
        row.addWidget(left)
        row.addWidget(self._right, 1)
        self.toggles.muted.connect(self._show_muted)
        self.context.folded.connect(self._make_room)

    def show_running(self, running: bool) -> None:
        """Shows the plots while a session runs or has ended, the readiness list before."""
        self._right.setCurrentIndex(1 if running else 0)
        if not running:
            self.reports.begin()

    def hide_estimates(self, hidden: bool) -> None:
        """Hides the estimate, for a study whose participants must not see it."""
        self._shown.setCurrentIndex(1 if hidden else 0)

    def show_picture(
        self, frame: VideoFrame | None, sighting: Sighting | None, status: EngineStatus, kind: InputKind
    ) -> None:
        """Shows the newest picture, or why there is none."""
        if frame is None or "visual" in status.muted:
            self.preview.show_nothing(no_picture(status, kind))
        else:
            self.preview.show_frame(frame, sighting)

    def show_reading(self, reading: HeadlineReading | None) -> None:
        """Updates the headline, and its figures at the ends of the curves."""
        self.headline.show_reading(reading)
        self.timelines.curves.show_figures(reading.figures if reading else ())

    def show_steps(self, recent: RecentSteps, hop_s: float) -> None:
        """Updates the plots."""
        self.timelines.show_steps(recent, hop_s)

    def show_entries(self, entries: Sequence[Entry], now_s: float) -> None:
        """Shows what the learner did, marked and reported, on the time axis of the plots."""
        self.timelines.context.show_entries(entries, now_s)

    def show_words(self, words: list[TranscriptWord], window_start_s: float, empty: str = WORDS_COME) -> None:
        """Shows the transcript, or `empty` while there are no words; none are shown while words are switched off."""
        off = self.toggles.is_off("text")
        self.transcript.show_empty(WORDS_OFF if off else empty)
        self.transcript.show_words([] if off else words, window_start_s)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Hides some parts where the window is low."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        low = self.height() < LOW_PX
        self.reports.fold(low)
        self.reports.setVisible(self.height() >= LOWEST_PX)  # its keys keep working
        self.timelines.context.setVisible(not low)
        for column in self._columns:
            column.setSpacing(UNIT if low else 2 * UNIT)
        self.transcript.setVisible(not low or not self.context.fold.isChecked())

    def _show_muted(self, modality: Modality, muted: bool) -> None:
        if modality == "audio":
            self.meter.show_off(muted)
        if modality == "text":
            self.show_words([], 0.0)


def _card(*parts: QWidget) -> QFrame:
    card = QFrame()
    set_kind(card, "card")
    _fill(card, parts, 2 * UNIT)
    return card


def _column(*parts: QWidget) -> QWidget:
    box = QWidget()
    _fill(box, parts, 0)
    return box


def _fill(box: QWidget, parts: Sequence[QWidget], margin_px: int) -> None:
    column = QVBoxLayout(box)
    column.setContentsMargins(margin_px, margin_px, margin_px, margin_px)
    column.setSpacing(2 * UNIT)
    for part in parts:
        column.addWidget(part)


def _hidden() -> QLabel:
    words = QLabel(HIDDEN)
    set_kind(words, "quiet")
    words.setWordWrap(True)
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return words
