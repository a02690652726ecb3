"""Compares two checkpoints on one session: choice of the other one, progress, result, stretches that differ."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.presentation.text import percent
from app.review.panes import MomentList, Pane, button, card, wrapped
from app.review.time_bars import TimeBar, TimeBars
from app.widgets.theme import UNIT
from core.review.comparison import Comparison, DifferingStretch
from core.store.stored_session import StoredSession
from core.time_format import duration, short_clock
from core.types import STATES

NO_FEATURES = (
    "This session cannot be scored again: its features were not kept. Switch on “keep features” in Settings, Storing, "
    "before the next session: numbers without picture or sound, about 15 MB an hour."
)
ABOUT = (
    "Another checkpoint can score the same session again, from the features that were kept, without picture or sound. "
    "It must have been trained on the same encoders."
)
DRAWN = "Its curves are the thin lines in the timeline."


class ComparePane(Pane):
    """`wanted` carries the folder of a checkpoint, or None for the shipped one."""

    wanted = Signal(object)
    stopped = Signal()
    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self.about, self.sentence = wrapped("quiet", ABOUT), wrapped()
        self.shipped = button("Shipped checkpoint", "Compare with the installed checkpoint", self._shipped)
        self.choose = button("Choose a folder …", "Choose the folder of another checkpoint", self._choose, "primary")
        self.stop = button("Stop", "Stop the comparison", self._stop)
        self.progress = QProgressBar()
        self.one, self.other = (
            TimeBars("Time per state as recorded"),
            TimeBars("Time per state by the other checkpoint"),
        )
        self.differences = MomentList("Where they differ")
        self._result = QWidget()
        self._build()
        self._show_busy(False)
        self._result.hide()

    def _build(self) -> None:
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of scoring")
        self.differences.chosen.connect(self.chosen)
        self.differences.setMinimumHeight(16 * UNIT)
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choose)
        row.addWidget(self.shipped)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop)
        row.addStretch(0)
        beside = QHBoxLayout()
        beside.setSpacing(UNIT)
        beside.addWidget(card("As recorded", self.one), 1)
        beside.addWidget(card("The other checkpoint", self.other), 1)
        result = QVBoxLayout(self._result)
        result.setContentsMargins(0, 0, 0, 0)
        result.setSpacing(UNIT)
        result.addLayout(beside)
        result.addWidget(card("Where they differ", self.differences))
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(card("Two checkpoints on one session", self.about, choices, self.sentence))
        column.addWidget(self._result)
        column.addStretch(1)

    def show_session(self, session: StoredSession) -> None:
        """Offers a comparison where features were kept, else shows why there is none."""
        if self._id == session.line.id:
            return
        self._id, can = session.line.id, session.line.has_features
        self.about.setText(ABOUT if can else NO_FEATURES)
        for made in (self.shipped, self.choose):
            made.setVisible(can)
        self.sentence.clear()
        self.sentence.hide()
        self._result.hide()
        self._show_busy(False)

    def show_comparison(self, found: Comparison) -> None:
        """Shows the result."""
        self._show_busy(False)
        self.sentence.setText(sentence(found))
        self.sentence.show()
        for bars, seconds in ((self.one, found.seconds_one), (self.other, found.seconds_other)):
            whole_s = max(1e-9, sum(found.seconds_one.values()), sum(found.seconds_other.values()))
            bars.show_bars([TimeBar(state, seconds[state]) for state in STATES], whole_s)
        self.differences.show_moments([(d.start_s, difference(d)) for d in found.differences])
        self._result.show()

    @Slot(float)
    def show_progress(self, share: float) -> None:
        """Shows the share that is done."""
        self.progress.setValue(round(100 * share))

    @Slot(str)
    def show_failed(self, topic: str) -> None:
        """Ends the progress bar of a failed comparison; the window shows the reason."""
        if topic == "compare":
            self._show_busy(False)

    def request(self, folder: Path | None) -> None:
        """Requests a comparison with the checkpoint in `folder`, or with the shipped one."""
        self._show_busy(True)
        self.wanted.emit(folder)

    def _shipped(self) -> None:
        self.request(None)

    def _stop(self) -> None:
        self._show_busy(False)
        self.stopped.emit()

    def _choose(self) -> None:
        dialog = QFileDialog(self, "The folder of a checkpoint")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.request(Path(folder)))
        dialog.open()

    def _show_busy(self, busy: bool) -> None:
        self.progress.setValue(0)
        for widget in (self.progress, self.stop):
            widget.setVisible(busy)
        for made in (self.shipped, self.choose):
            made.setEnabled(not busy)


def sentence(found: Comparison) -> str:
    """The result in words."""
    if not found.steps:
        return "They have no step in common."
    return (
        f"Both name the same state at {percent(found.same_share)} of {found.steps} steps; their probabilities are "
        f"{100 * found.distance:.0f} points apart on average. {DRAWN}"
    )


def difference(found: DifferingStretch) -> str:
    """ "12:40, for 8 s: Confused as recorded, Curious by the other"."""
    one, other = (name or "undecided" for name in (found.one, found.other))
    return f"{short_clock(found.start_s)}   for {duration(found.seconds)}: {one} as recorded, {other} by the other"
