"""Parts of the Settings cards: controls that emit a change, and rows with a name at the left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.widgets.check_box import INDENT_PX, CheckBox
from app.widgets.combo_box import ComboBox
from app.widgets.icons import icon
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of

NAME_PX = 13 * UNIT
Value = TypeVar("Value", str, float)
TEXTS = {
    "auto": "Automatic",
    "off": "Off",
    "cpu": "Processor (CPU)",
    "cuda": "Graphics card (CUDA)",
    "compact": "Compact (included)",
    "paper": "Paper size (downloaded)",
    "moonshine": "Moonshine (included)",
    "vosk": "Vosk (downloaded)",
    "pocketsphinx": "PocketSphinx (included)",
    "system": "Same as the system",
    "dark": "Dark",
    "light": "Light",
}
Rows = Sequence[tuple[str, QWidget]]


class SettingControls(QObject):
    """Makes controls whose changes by the user are emitted as `changed`: group, field, value of the setting's type."""

    changed = Signal(str, str, object)

    def combo(self, title: str, place: tuple[str, str], values: Sequence[str], chosen: str) -> QComboBox:
        """A choice among texts."""
        combo = ComboBox()
        name(combo, title)
        fill(combo, values, chosen)
        combo.activated.connect(lambda _index: self.changed.emit(*place, combo.currentData()))
        return combo

    def check(self, title: str, place: tuple[str, str], on: bool, tip: str = "") -> CheckBox:
        """A switch."""
        box = CheckBox(title)
        name(box, title, tip)
        box.setChecked(on)
        box.clicked.connect(lambda checked: self.changed.emit(*place, checked))
        return box

    def choice(
        self, title: str, place: tuple[str, str], values: Sequence[float], chosen: float, text: Callable[[float], str]
    ) -> QComboBox:
        """A choice among numbers, emitted in the type of `chosen`; `text` writes one."""
        combo, kind = ComboBox(), type(chosen)
        name(combo, title)
        fill(combo, [kind(value) for value in values], chosen, text)
        combo.activated.connect(lambda _index: self.changed.emit(*place, combo.currentData()))
        return combo


class Fold(QWidget):
    """A line that opens to show more lines."""

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self.button, self._text = push(title, title), caption("\n".join(f"•  {line}" for line in lines))
        self.button.setCheckable(True)
        self.button.setToolTip(f"{title}: open or close")
        self.button.setIconSize(QSize(2 * UNIT, 2 * UNIT))
        set_kind(self.button, "fold")
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT_PX - UNIT // 2, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.button)
        column.addWidget(self._text)
        self._text.hide()
        self.button.toggled.connect(self._text.setVisible)
        self.button.toggled.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.button.setIcon(icon("down" if self.button.isChecked() else "right", colors_of(self).quiet))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follows the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)


def name(widget: QWidget, text: str, tip: str = "") -> None:
    """Sets the accessible name and the tooltip of a widget."""
    widget.setAccessibleName(text)
    widget.setToolTip(tip or text)


def fill(
    combo: QComboBox, values: Sequence[Value], chosen: Value, text: Callable[[Any], str] = lambda v: TEXTS.get(v, v)
) -> None:
    """Offers `values`, and `chosen` even if it is not one of them."""
    wanted = list(dict.fromkeys([*values, chosen]))
    if [combo.itemData(i) for i in range(combo.count())] != wanted:
        combo.clear()
        for value in wanted:
            combo.addItem(text(value), value)
    combo.setCurrentIndex(wanted.index(chosen))


def push(text: str, title: str) -> QPushButton:
    """A button with `title` as its accessible name and tooltip."""
    button = QPushButton(text)
    name(button, title)
    return button


def caption(text: str, indented: bool = False) -> QLabel:
    """Small text that wraps; `indented` where it belongs to the switch above."""
    label = QLabel(text)
    label.setContentsMargins(INDENT_PX if indented else 0, 0, 0, 0)
    label.setWordWrap(True)
    set_kind(label, "caption")
    return label


def section(title: str, note: str, rows: Rows) -> QFrame:
    """A card: heading, rows, and a note below them."""
    card = QFrame()
    set_kind(card, "card")
    grid = QGridLayout(card)
    grid.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
    grid.setHorizontalSpacing(2 * UNIT)
    grid.setVerticalSpacing(UNIT)
    grid.setColumnMinimumWidth(0, NAME_PX)
    grid.setColumnStretch(1, 1)
    heading = QLabel(title)
    set_kind(heading, "title")
    grid.addWidget(heading, 0, 0, 1, 2)
    for line, (words, widget) in enumerate(rows, start=1):
        _add_row(grid, line, words, widget)
    if note:
        grid.addWidget(caption(note), len(rows) + 1, 0, 1, 2)
    return card


def _add_row(grid: QGridLayout, line: int, words: str, widget: QWidget) -> None:
    if isinstance(widget, QCheckBox | Fold) or (isinstance(widget, QLabel) and not words):
        grid.addWidget(widget, line, 0, 1, 2)
        return
    label = QLabel(words)
    set_kind(label, "quiet")
    grid.addWidget(label, line, 0)
    if isinstance(widget, QPushButton):
        grid.addWidget(widget, line, 1, Qt.AlignmentFlag.AlignLeft)
    else:
        grid.addWidget(widget, line, 1)
