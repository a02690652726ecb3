"""How right is it for me? Self-reports compared with the estimates, and a calibration made from them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.review.agreement import PersonalAgreement
from app.review.calibration_plot import CalibrationPlot
from app.review.panes import Pane, button, card, wrapped
from app.review.table import FigureTable
from app.review.text import counted, day
from app.widgets.theme import UNIT
from core.self_report.agreement import FEWEST_OF_A_STATE, Agreement
from core.self_report.calibration_offer import CalibrationOffer
from core.self_report.personal_calibration import HeldOutFit, PersonalCalibration
from core.self_report.proportion import Proportion

ORIGINS = {"own": "unasked", "probe": "on request", "recall": "looking back"}
ABOUT = (
    "Report your state with the keys, the tray or the strip during a session, or answer “Look back” here. A report is "
    "compared with the estimate over the six seconds before it."
)
NOT_OF_THESE = "A personal calibration is made from your own live sessions, not from recordings, the demo or a study."
COLUMNS = ("reports", "right when named", "named when reported")


class AgreementPane(Pane):
    """`use` carries a `PersonalCalibration`; `undo` asks for the default."""

    use = Signal(object)
    undo = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.verdict, self._counts, self._here = wrapped("title"), wrapped("quiet"), wrapped("quiet")
        self._undecided = wrapped("caption")
        self._table = FigureTable("Per state: reports, precision, recall", "state", COLUMNS)
        self._curve = CalibrationPlot()
        self.offer_text, self.figures = wrapped(), wrapped("caption")
        self.take = button("Use it", "Use the personal calibration from the next step on", self._use, "primary")
        self.drop = button("Back to the default", "Remove the personal calibration", self.undo.emit)
        self._fresh: PersonalCalibration | None = None
        self._build()

    def _build(self) -> None:
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(0, 0, 0, 0)
        for made in (self.take, self.drop):
            row.addWidget(made)
        row.addStretch(1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(
            card("How right is it for me?", self.verdict, self._counts, self._here, wrapped("caption", ABOUT))
        )
        beside = QHBoxLayout()
        beside.setSpacing(UNIT)
        beside.addWidget(card("Per state", self._table, self._undecided), 1)
        beside.addWidget(card("Does 70 % mean 70 %?", self._curve), 1)
        column.addLayout(beside)
        column.addWidget(card("Personal calibration", self.offer_text, self.figures, choices))
        column.addStretch(1)

    def show_agreement(self, agreement: PersonalAgreement) -> None:
        """Shows figures and the offer."""
        everything = agreement.all
        self.verdict.setText(everything.verdict)
        self._counts.setText(_counts(agreement.sessions, everything))
        self._here.setText(f"In this session: {_here(agreement.here)}")
        self._table.show_rows(
            [
                (state.state, [str(state.reported), _share(state.precision), _share(state.recall)])
                for state in everything.states
            ]
        )
        self._undecided.setText(_undecided(everything.undecided_when_something, everything.undecided_when_none))
        self._curve.show_bins(everything.curve)
        self._show_offer(agreement.offer, agreement.personal)

    def _show_offer(self, offer: CalibrationOffer | None, personal: PersonalCalibration | None) -> None:
        fresh = offer.personal if offer is not None else None
        if fresh is not None and personal is not None and _same(fresh, personal):
            fresh = None
        self._fresh = fresh
        self.offer_text.setText(_offer_words(offer, personal, fresh))
        shown = fresh or personal
        self.figures.setText(_held_words(shown.before, shown.after) if shown else "")
        self.figures.setVisible(bool(self.figures.text()))
        self.take.setVisible(fresh is not None)
        self.take.setText("Use it" if personal is None else "Use the new one")
        self.drop.setVisible(personal is not None)

    def _use(self) -> None:
        if self._fresh is not None:
            self.use.emit(self._fresh)


def _share(share: Proportion) -> str:
    return share.words(FEWEST_OF_A_STATE).replace(" to ", "–")


def _undecided(named: Proportion, none: Proportion) -> str:
    """How often it was undecided; leaves out what nobody has reported yet."""
    kinds = ((named, "reports that named a state"), (none, "reports of “None”"))
    parts = [f"at {share.part} of {share.whole} {reports}" for share, reports in kinds if share.whole]
    return f"Undecided {', and '.join(parts)}." if parts else ""


def _counts(sessions: int, found: Agreement) -> str:
    origins = [f"{count} {ORIGINS[name]}" for name, count in found.by_origin.items()]
    left = f" {counted(found.left_out, 'report')} had no estimate nearby." if found.left_out else ""
    total = f"{counted(found.reports, 'report')} in {counted(sessions, 'session')}"
    return f"{total}{': ' if origins else ''}{', '.join(origins)}.{left}"


def _here(found: Agreement) -> str:
    if not found.reports:
        return "no report yet."
    named = found.agreeing
    reports = counted(found.reports, "report")
    return f"{reports}; the program named a state at {named.whole} of them and agreed at {named.part}."


def _same(one: PersonalCalibration, other: PersonalCalibration) -> bool:
    """Whether two calibrations are equal apart from the time at which they were made."""
    return replace(one, made_utc="") == replace(other, made_utc="")


def _offer_words(
    offer: CalibrationOffer | None, personal: PersonalCalibration | None, fresh: PersonalCalibration | None
) -> str:
    in_use = f"A calibration of {day(personal.made_utc)} from {personal.reports} reports is in use." if personal else ""
    if fresh is not None and in_use:
        return f"{in_use} A new one fits your reports better."
    if fresh is not None:
        return "A correction of the probabilities fits your reports better than the default does."
    if offer is None:
        return in_use or NOT_OF_THESE
    return f"{in_use} {offer.why_not}".strip()


def _held_words(before: HeldOutFit, after: HeldOutFit) -> str:
    return (
        f"On {counted(after.reports, 'report')} that were not used to make it: correct "
        f"{before.accuracy:.0%} before, {after.accuracy:.0%} after; log loss {before.loss:.2f} before, "
        f"{after.loss:.2f} after (lower is better). It stays on this machine and changes no undecided step."
    ).replace("%", " %")
