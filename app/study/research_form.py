"""The four fields that unlock Research, each with its problem below it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.study.gate import StudyGate, problems

LEDGER = (
    "Each participant has a pseudonym and agrees to this text before the first session; the consent ledger stores its "
    "version and the time. Sessions are erased after the date above. A withdrawal erases a participant in one step."
)


class ResearchForm(QFrame):
    """Edits a `StudyGate`; emits `changed` when `gate()` has changed."""

    changed = Signal()

    def __init__(self, gate: StudyGate) -> None:
        super().__init__()
        set_kind(self, "card")
        self.study_id, self.approval, self.retention = QLineEdit(), QLineEdit(), QLineEdit()
        self.consent = QPlainTextEdit()
        self._problems: dict[str, QLabel] = {}
        self._touched: set[str] = set()
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        grid.setHorizontalSpacing(2 * UNIT)
        grid.setVerticalSpacing(UNIT)
        grid.addWidget(self._field("study_id", "Study id", self.study_id, "such as LM-2026-01"), 0, 0)
        grid.addWidget(self._field("approval", "Approval reference", self.approval, "of the ethics committee"), 0, 1)
        grid.addWidget(self._field("retention_date", "Keep data until", self.retention, "YYYY-MM-DD"), 0, 2)
        grid.addWidget(
            self._field("consent_text", "Consent text", self.consent, "what participants agree to"), 1, 0, 1, 3
        )
        note = QLabel(LEDGER)
        note.setWordWrap(True)
        set_kind(note, "caption")
        grid.addWidget(note, 2, 0, 1, 3)
        self.consent.setFixedHeight(9 * UNIT)
        self.consent.setTabChangesFocus(True)
        self._fill(gate)
        edits: tuple[QLineEdit | QPlainTextEdit, ...] = (self.study_id, self.approval, self.retention, self.consent)
        for key, edit in zip(self._problems, edits, strict=True):
            edit.textChanged.connect(lambda _text="", key=key: self._on_change(key))
        self._on_change("")

    def _field(self, key: str, title: str, edit: QLineEdit | QPlainTextEdit, example: str) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        label, problem = QLabel(title), QLabel()
        set_kind(label, "caption")
        set_kind(problem, "problem")
        problem.setWordWrap(True)
        edit.setAccessibleName(title)
        edit.setToolTip(f"{title}: {example}")
        edit.setPlaceholderText(example)
        self._problems[key] = problem
        for widget in (label, edit, problem):
            column.addWidget(widget)
        return box

    def _fill(self, gate: StudyGate) -> None:
        self.study_id.setText(gate.study_id)
        self.approval.setText(gate.approval)
        self.consent.setPlainText(gate.consent_text)
        self.retention.setText(gate.retention_date)

    def gate(self) -> StudyGate:
        """The entered values."""
        return StudyGate(
            self.study_id.text().strip(),
            self.approval.text().strip(),
            self.consent.toPlainText().strip(),
            self.retention.text().strip(),
        )

    def _on_change(self, field: str) -> None:
        self._touched.add(field)
        found = problems(self.gate(), date.today())
        for key, label in self._problems.items():
            label.setText(found.get(key, ""))
            set_kind(label, "problem" if key in self._touched else "caption")
        self.changed.emit()
