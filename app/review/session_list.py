"""The list of stored sessions, newest first: title, when and how long, time per state, and badges."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from app.review.text import badges, counted, size, title_of, when
from app.widgets.style_sheet import set_kind
from app.widgets.theme import BODY_PX, RADIUS, SMALL_PX, UNIT, colors_of, font
from core.appearance import STATE_LOOKS
from core.store.stored_session import SessionLine
from core.types import STATES

LINE, COUNTS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
ROW_PX = 9 * UNIT + 4
BAR_PX = 5


class SessionRow(QStyledItemDelegate):
    """Paints one session."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 — Qt's name
        """The same for all rows."""
        return QSize(10 * UNIT, ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints ground, texts, badges and bar."""
        line: SessionLine = index.data(LINE)
        colors = colors_of(option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = chosen and option.widget.hasFocus()
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            ground = QColor(colors.raised)
            ground.setAlphaF(1.0 if chosen else 0.5)
            painter.setPen(QPen(QColor(colors.accent), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), RADIUS, RADIUS)
        place = QRectF(option.rect).adjusted(1.5 * UNIT, UNIT, -1.5 * UNIT, -UNIT)
        self._text(painter, place, title_of(line), colors.text, BODY_PX, bold=True)
        warn = bool(line.problem) or not line.complete
        special = " · ".join(badges(line)) or "estimates only"
        began = when(line)
        self._text(painter, place.translated(0, 19), began, colors.quiet, SMALL_PX)
        below = place.translated(0, 35 if began else 19)
        self._text(painter, below, special, colors.warn if warn else colors.quiet, SMALL_PX)
        counts = index.data(COUNTS)
        if counts is not None:
            _paint_bar(
                painter, QRectF(place.left(), place.bottom() - BAR_PX + 2, place.width(), BAR_PX), counts, colors.line
            )
        painter.restore()

    def _text(self, painter: QPainter, place: QRectF, text: str, color: str, size_px: int, bold: bool = False) -> None:
        painter.setFont(font(size_px, bold=bold))
        painter.setPen(QColor(color))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, shown)


def _paint_bar(painter: QPainter, place: QRectF, counts: Sequence[int], empty: str) -> None:
    """A bar of the time per state, grey where no state was named."""
    whole = sum(counts)
    left = place.left()
    colors = [*(STATE_LOOKS[state].color for state in STATES), empty]
    for count, color in zip(counts, colors, strict=True):
        width = place.width() * count / whole if whole else 0.0
        painter.fillRect(QRectF(left, place.top(), width, place.height()), QColor(color))
        left += width


class SessionList(QFrame):
    """`chosen` carries the id of a session, `searched` a query."""

    chosen = Signal(str)
    searched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.search, self.rows, self._foot = QLineEdit(), QListWidget(), QLabel()
        self._counts: dict[str, tuple[int, ...]] = {}
        self._build()

    def _build(self) -> None:
        set_kind(self, "card")
        self.search.setPlaceholderText("Search sessions")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search stored sessions")
        self.search.setToolTip("Searches title, day, words, notes and participant. “Quotes” find words in a row.")
        self.search.textChanged.connect(self.searched)
        self.search.returnPressed.connect(self.rows.setFocus)
        self.rows.setItemDelegate(SessionRow(self.rows))
        self.rows.setAccessibleName("Stored sessions, newest first")
        self.rows.setToolTip("Stored sessions, newest first. ↑ and ↓ choose one.")
        self.rows.setFrameShape(QFrame.Shape.NoFrame)
        self.rows.setMouseTracking(True)
        self.rows.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setStyleSheet("QListWidget { background: transparent; outline: none; }")
        self.rows.currentItemChanged.connect(self._on_current)
        set_kind(self._foot, "caption")
        self._foot.setContentsMargins(UNIT // 2, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT)
        for widget in (self.search, self.rows, self._foot):
            column.addWidget(widget, 1 if widget is self.rows else 0)

    @property
    def current(self) -> SessionLine | None:
        """The chosen session."""
        item = self.rows.currentItem()
        line: SessionLine | None = item.data(LINE) if item is not None else None
        return line

    @property
    def lines(self) -> list[SessionLine]:
        """The listed sessions."""
        return [self.rows.item(row).data(LINE) for row in range(self.rows.count())]

    def show_lines(self, lines: Sequence[SessionLine], session_id: str | None = "") -> None:
        """Lists these; chooses `session_id`, by default the one chosen before; the first where neither is listed.

        None chooses none.
        """
        before = self.current
        ids = [line.id for line in lines]
        wanted = [known for known in (session_id, before.id if before else "") if known in ids]
        self.rows.blockSignals(True)
        if ids != [line.id for line in self.lines]:
            self.rows.clear()
            for _ in lines:
                self.rows.addItem(QListWidgetItem())
        for row, line in enumerate(lines):
            self._fill(self.rows.item(row), line)
        chosen = ids.index(wanted[0]) if wanted else 0
        self.rows.setCurrentRow(chosen if lines and session_id is not None else -1)
        self.rows.blockSignals(False)
        self._foot.setText(f"{counted(len(lines), 'session')} · {size(sum(line.size_bytes for line in lines))}")
        if self.current is not None and (before is None or before.id != self.current.id):
            self.chosen.emit(self.current.id)

    def show_counts(self, session_id: str, counts: tuple[int, ...]) -> None:
        """Shows the bar of one session."""
        self._counts[session_id] = counts
        for row in range(self.rows.count()):
            if self.rows.item(row).data(LINE).id == session_id:
                self.rows.item(row).setData(COUNTS, counts)

    def choose(self, session_id: str) -> None:
        """Chooses a session if it is listed."""
        for row, line in enumerate(self.lines):
            if line.id == session_id:
                self.rows.setCurrentRow(row)

    def _fill(self, item: QListWidgetItem, line: SessionLine) -> None:
        item.setData(LINE, line)
        item.setData(COUNTS, self._counts.get(line.id))
        words = [word for word in (title_of(line), when(line), *badges(line)) if word]
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(words))
        item.setToolTip(line.problem or ", ".join(words))

    def _on_current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(LINE).id)
