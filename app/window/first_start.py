"""The first start: what the program is and is not, and the choice of purpose. No device is opened before that."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.presentation.text import DISCLAIMER, LAW, ON_DEVICE
from app.session.input import PURPOSES, Purpose
from app.study.research_form import ResearchForm
from app.widgets.icons import icon
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of
from core.study.gate import StudyGate, problems

WIDTH_PX = 108 * UNIT
ICON_PX = 4 * UNIT
BODY_RULES = "Made for adults. No identification of faces or speakers, no class view, no scores of people."


class ChoiceCard(QPushButton):
    """One purpose: icon, name and description."""

    def __init__(self, purpose: Purpose) -> None:
        super().__init__()
        self.purpose = purpose
        self._icon = QLabel()
        self.setCheckable(True)
        set_kind(self, "choice")
        self.setAccessibleName(purpose.title)
        self.setAccessibleDescription(purpose.text)
        self.setToolTip(f"Use it as: {purpose.title}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        title, text = QLabel(purpose.title), QLabel(purpose.text)
        set_kind(title, "title")
        set_kind(text, "quiet")
        text.setWordWrap(True)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        for label in (self._icon, title, text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        column.addStretch(1)
        self._draw()

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """The size that the text needs; a button would only measure its own label."""
        return QSize(24 * UNIT, self._column.totalHeightForWidth(max(24 * UNIT, self.width())))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """The same, so that text is never cut off."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Updates the height: wrapped text needs another one at another width."""
        super().resizeEvent(event)
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Redraws the icon when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        self._icon.setPixmap(icon(self.purpose.key, colors_of(self).accent).pixmap(ICON_PX, ICON_PX))


class FirstStart(QScrollArea):
    """Emits the purpose and, for Research, the gate."""

    chosen = Signal(str, object)
    """key, StudyGate or None"""

    def __init__(self, gate: StudyGate) -> None:
        super().__init__()
        self.cards = {purpose.key: ChoiceCard(purpose) for purpose in PURPOSES}
        self.form = ResearchForm(gate)
        self.go = QPushButton("Continue")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        self.cards["self"].setChecked(True)
        self._update()

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(UNIT)
        for text, kind in (("Learner Monitor", "headline"), (DISCLAIMER, "title"), (BODY_RULES, "quiet")):
            column.addWidget(_label(text, kind))
        column.addSpacing(UNIT)
        column.addWidget(_label("What will you use it for?", "title"))
        row, group = QHBoxLayout(), QButtonGroup(self)
        row.setSpacing(2 * UNIT)
        for card in self.cards.values():
            group.addButton(card)
            row.addWidget(card, 1)
            card.toggled.connect(self._update)
        column.addLayout(row)
        column.addWidget(self.form)
        column.addSpacing(UNIT)
        column.addWidget(_label(LAW, "caption"))
        column.addWidget(_label(f"Tell everyone who can be seen or heard that this runs. {ON_DEVICE}", "caption"))
        column.addSpacing(UNIT)
        column.addLayout(self._last_row())
        self._center(column)
        self.form.changed.connect(self._update)
        self.go.clicked.connect(self._choose)

    def _last_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        set_kind(self.go, "primary")
        self.go.setMinimumSize(18 * UNIT, 5 * UNIT)
        self.go.setAccessibleName("Continue with this purpose")
        self.go.setToolTip("Continue; the purpose can be changed in Settings")
        self._why = _label("", "caption")
        row.setSpacing(2 * UNIT)
        row.addWidget(self.go)
        row.addWidget(self._why, 1)
        return row

    def _center(self, column: QVBoxLayout) -> None:
        frame, page = QWidget(), QWidget()
        frame.setMaximumWidth(WIDTH_PX)
        frame.setLayout(column)
        set_kind(page, "page")
        outer = QVBoxLayout(page)
        outer.setContentsMargins(4 * UNIT, 3 * UNIT, 4 * UNIT, 3 * UNIT)
        outer.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(frame, 100)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(1)
        self.setWidget(page)

    @property
    def purpose(self) -> str:
        """The key of the selected card."""
        return next((key for key, card in self.cards.items() if card.isChecked()), "self")

    def _update(self) -> None:
        research = self.purpose == "research"
        locked = research and bool(problems(self.form.gate(), date.today()))
        self.form.setVisible(research)
        self.go.setEnabled(not locked)
        reasons = {
            "self": "Your system may now ask for the camera and the microphone.",
            "demo": "Starts at once. No camera and no microphone are opened.",
            "research": "Locked until the four fields are filled in."
            if locked
            else "Unlocked. The four facts are saved.",
        }
        self._why.setText(reasons[self.purpose])

    def _choose(self) -> None:
        self.chosen.emit(self.purpose, self.form.gate() if self.purpose == "research" else None)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label
