"""The Live page: the learner on the left, the estimate and its history on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.choice import InputKind
from app.smoothing import Reading
from app.style_sheet import dress
from app.theme import UNIT
from app.views.headline import HeadlineView
from app.views.meter import LevelMeter
from app.views.preview import Preview
from app.views.readiness import Readiness
from app.views.timelines import Timelines
from app.views.toggles import Toggles
from app.views.transcript import Transcript
from app.wording import WORDS_COME, WORDS_OFF, no_picture
from core.status import EngineStatus
from core.types import Estimate, Modality, Sighting, VideoFrame, Word

LEFT_PX = 40 * UNIT


class LivePage(QWidget):
    """Hands what it is given to its parts."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        dress(self, "page")
        self.preview, self.toggles, self.meter, self.transcript = Preview(), Toggles(), LevelMeter(), Transcript()
        self.headline, self.timelines, self.readiness = HeadlineView(), Timelines(history_s), Readiness()
        self._right = QStackedWidget()
        self._right.addWidget(self.readiness)
        self._right.addWidget(_card(self.headline, self.timelines))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        row.setSpacing(2 * UNIT)
        left = _card(self.preview, self.toggles, self.meter, self.transcript)
        left.setFixedWidth(LEFT_PX)
        row.addWidget(left)
        row.addWidget(self._right, 1)
        self.toggles.muted.connect(self._show_muted)

    def show_running(self, running: bool) -> None:
        """The plots while a session runs or has ended, the list of what is ready before."""
        self._right.setCurrentIndex(1 if running else 0)

    def show_picture(
        self, frame: VideoFrame | None, sighting: Sighting | None, status: EngineStatus, kind: InputKind
    ) -> None:
        """The newest picture, or why there is none."""
        if frame is None or "visual" in status.muted:
            self.preview.show_nothing(no_picture(status, kind))
        else:
            self.preview.show_frame(frame, sighting)

    def show_reading(self, reading: Reading | None) -> None:
        """The headline, and its figures at the ends of the curves."""
        self.headline.show_reading(reading)
        self.timelines.curves.show_figures(reading.figures if reading else ())

    def show_estimates(self, estimates: Sequence[Estimate], hop_s: float) -> None:
        """The plots."""
        self.timelines.show_estimates(estimates, hop_s)

    def show_words(self, words: list[Word], window_start_s: float, empty: str = WORDS_COME) -> None:
        """The transcript; `empty` is said while there are no words. None are shown while they are switched off."""
        off = self.toggles.is_off("text")
        self.transcript.show_empty(WORDS_OFF if off else empty)
        self.transcript.show_words([] if off else words, window_start_s)

    def _show_muted(self, modality: Modality, muted: bool) -> None:
        if modality == "audio":
            self.meter.show_off(muted)
        if modality == "text":
            self.show_words([], 0.0)


def _card(*parts: QWidget) -> QFrame:
    card = QFrame()
    dress(card, "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
    column.setSpacing(2 * UNIT)
    for part in parts:
        column.addWidget(part)
    return card
