"""The consent dialog before a Research session, and the dialog for withdrawing a participant.

They write nothing: consent is given once a receiver of their signals has entered it in the consent ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.widgets.check_box import CheckBox
from app.widgets.combo_box import ComboBox
from app.widgets.form_rows import caption, name, push
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.study.gate import StudyGate, consent_version

if TYPE_CHECKING:
    from core.store.stored_session import SessionLine

NEW = ""
"""Stands for a participant without a pseudonym."""
AGREE = "I have read this and agree"
STUDY = "Study {study_id}, approved as {approval}. What is recorded is kept until {retention_date} at the latest."
NOT_AGREED = "For the participant to read and to tick. Stored with the consent: version {version} and the time, {time}."
AGREED = "This participant has already agreed to version {version}."
WIDTH_PX, TEXT_PX = 72 * UNIT, 26 * UNIT


class ConsentDialog(QDialog):
    """`participants`: the pseudonyms of the study, and whether each has agreed to its present text and date."""

    chosen = Signal(str)
    """A participant whose consent is already in the ledger."""
    agreed = Signal(str)
    """A participant who has just agreed; `NEW` for one without a pseudonym."""

    def __init__(self, gate: StudyGate, participants: Mapping[str, bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._participants = participants
        self._version = consent_version(gate.consent_text)
        self.setWindowTitle("Who takes part?")
        self.setModal(True)
        self.who, self.text = ComboBox(), QPlainTextEdit(gate.consent_text)
        self.tick, self.note = CheckBox(AGREE), caption("")
        self.go = push("Begin", "Begin the session")
        self.cancel = push("Cancel", "Begin no session and store nothing (Esc)")
        for pseudonym in (NEW, *participants):
            self.who.addItem(_title(pseudonym, participants.get(pseudonym, False)), pseudonym)
        self._build(gate)
        self._update()

    def _build(self, gate: StudyGate) -> None:
        name(self.who, "Participant", "Participants are known by their pseudonyms only")
        name(self.text, "Consent text")
        name(self.tick, AGREE, "To be ticked by the participant")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(TEXT_PX)
        self.go.setAutoDefault(False)
        set_kind(self.go, "primary")
        title, study = QLabel("Who takes part?"), caption(STUDY.format(**asdict(gate)))
        set_kind(title, "title")
        _lay_out(self, (title, self.who, study, self.text, self.tick, self.note), (self.go, self.cancel))
        self.who.currentIndexChanged.connect(self._update)
        self.tick.toggled.connect(self.go.setEnabled)
        self.go.clicked.connect(self._begin)
        self.cancel.clicked.connect(self.reject)

    def _update(self) -> None:
        known = self._participants.get(self.who.currentData(), False)
        self.tick.setChecked(known)
        self.tick.setEnabled(not known)
        self.go.setEnabled(known)
        time = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        self.note.setText((AGREED if known else NOT_AGREED).format(version=self._version, time=time))

    def _begin(self) -> None:
        pseudonym = self.who.currentData()
        self.accept()
        (self.chosen if self._participants.get(pseudonym, False) else self.agreed).emit(pseudonym)


class WithdrawDialog(QDialog):
    """Withdraws in one step. `erased`: for each pseudonym, a sentence about what is erased."""

    confirmed = Signal(str)

    def __init__(self, erased: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._erased = erased
        self.setWindowTitle("Withdraw a participant")
        self.setModal(True)
        self.who, self.what = ComboBox(), QLabel()
        self.go = push("Erase and withdraw", "Erase this participant's data now")
        self.cancel = push("Cancel", "Erase nothing (Esc)")
        self._build()
        self._update()

    def _build(self) -> None:
        name(self.who, "Participant")
        for pseudonym in self._erased:
            self.who.addItem(pseudonym, pseudonym)
        title, end = QLabel("Withdraw a participant"), caption("This cannot be undone.")
        set_kind(title, "title")
        set_kind(self.go, "danger")
        self.what.setWordWrap(True)
        self.cancel.setDefault(True)
        self.go.setAutoDefault(False)
        _lay_out(self, (title, self.who, self.what, end), (self.go, self.cancel))
        self.who.currentIndexChanged.connect(self._update)
        self.go.clicked.connect(self._confirm)
        self.cancel.clicked.connect(self.reject)

    def _update(self) -> None:
        self.what.setText(self._erased.get(self.who.currentData(), "No participant has consented yet."))
        self.what.setMinimumHeight(3 * QFontMetrics(self.what.font()).lineSpacing())
        self.what.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.go.setEnabled(bool(self._erased))

    def _confirm(self) -> None:
        pseudonym = self.who.currentData()
        self.accept()
        self.confirmed.emit(pseudonym)


def erased_words(pseudonym: str, sessions: Sequence[SessionLine]) -> str:
    """What withdrawal erases of a participant, for `WithdrawDialog`."""
    count, size_mb = len(sessions), sum(line.size_bytes for line in sessions) / 1e6
    many = {0: "no session", 1: "1 session"}.get(count, f"{count} sessions")
    kept = "." if count == 0 else f", {size_mb:.1f} MB, with {_contents(sessions)}."
    return (
        f"Erases of {pseudonym}: {many}{kept} Also the pseudonym and the consent; an anonymous entry records the "
        "withdrawal. Exported files must be deleted by hand."
    )


def _contents(sessions: Sequence[SessionLine]) -> str:
    parts = ["estimates", "own reports"]
    parts += ["words"] if any(line.words for line in sessions) else []
    parts += ["features"] if any(line.has_features for line in sessions) else []
    parts += ["picture and sound"] if any(line.has_media for line in sessions) else []
    return ", ".join(parts)


def _title(pseudonym: str, known: bool) -> str:
    if pseudonym == NEW:
        return "Someone new (gets a pseudonym)"
    return f"{pseudonym} · has agreed" if known else f"{pseudonym} · has not agreed to this text and date"


def _lay_out(dialog: QDialog, parts: Sequence[QWidget], buttons: Sequence[QWidget]) -> None:
    row = QHBoxLayout()
    row.setSpacing(UNIT)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 3 * UNIT)
    column.setSpacing(UNIT)
    for part in parts:
        column.addWidget(part)
    column.addSpacing(UNIT)
    column.addLayout(row)
    dialog.setFixedWidth(WIDTH_PX)
