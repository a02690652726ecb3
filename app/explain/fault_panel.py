"""Sliders and buttons that inject faults into the input. Left is off, further right is worse."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from app.explain.fault_controls import GROUPS, PRESETS, FaultControl
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.faults import NONE, Faults

SETTLE_MS = 150
"""A change is emitted once the slider rests for this long, because each one is written into the session log."""


class FaultSlider(QWidget):
    """A name, the value as text, and the slider."""

    moved = Signal()

    def __init__(self, control: FaultControl) -> None:
        super().__init__()
        self.control = control
        self.slider, self._text = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.slider.setRange(0, control.steps)
        self.slider.setPageStep(4)
        self.slider.setAccessibleName(control.name)
        for part in (self, self.slider):
            part.setToolTip(f"{control.tip}\nArrow keys change it, Home switches it off.")
        self.slider.valueChanged.connect(self._on_value)
        head = QHBoxLayout()
        head.addWidget(QLabel(control.name), 1)
        head.addWidget(self._text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.slider)
        self._show_text(0)

    @property
    def value(self) -> float | None:
        """The value for the field of `Faults`."""
        return self.control.value(self.slider.value())

    def show_value(self, value: float | None) -> None:
        """Moves the slider to the nearest step."""
        if value is None or value == self.control.value(0):
            self.slider.setValue(0)
            return
        steps = range(1, self.control.steps + 1)
        self.slider.setValue(min(steps, key=lambda k: abs((self.control.value(k) or 0.0) - value)))

    def _on_value(self, step: int) -> None:
        self._show_text(step)
        self.moved.emit()

    def _show_text(self, step: int) -> None:
        text = self.control.text(step)
        self._text.setText(text)
        set_kind(self._text, "strong" if step else "quiet")
        self.slider.setAccessibleDescription(text)


class FaultPanel(QFrame):
    """Holds the faults that the user set; `changed` carries them as `Faults`."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "card")
        self.setAccessibleName("Faults")
        self.rows = {control.field: FaultSlider(control) for _title, controls in GROUPS for control in controls}
        self.mute, self.off = QPushButton("Mute"), QPushButton("All off")
        self._last = NONE
        self._rest = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._rest.timeout.connect(self._emit)
        self._build()
        for row in self.rows.values():
            row.moved.connect(self._rest.start)
        self.mute.toggled.connect(lambda _on: self._rest.start())
        self.off.clicked.connect(lambda: self.show_faults(NONE))

    def _build(self) -> None:
        self.mute.setCheckable(True)
        self.mute.setProperty("kind", "segment")
        self.mute.setAccessibleName("Mute the sound")
        self.mute.setToolTip("Replace the sound by silence, as from a microphone that is switched off.")
        self.off.setAccessibleName("All faults off")
        self.off.setShortcut("Ctrl+0")
        self.off.setToolTip("Remove every fault (Ctrl+0)")
        self.off.setEnabled(False)
        for button in (self.mute, self.off):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head = QHBoxLayout()
        head.addWidget(_label("Try a fault", "title"), 1)
        head.addWidget(self.off)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT // 2)
        column.addLayout(head)
        for title, controls in GROUPS:
            line = QHBoxLayout()
            line.addWidget(_label(title, "caption"), 1)
            if title == "Sound":
                line.addWidget(self.mute)
            column.addSpacing(UNIT // 2)
            column.addLayout(line)
            for control in controls:
                column.addWidget(self.rows[control.field])
        column.addSpacing(UNIT // 2)
        column.addWidget(_label("Several at once", "caption"))
        column.addLayout(self._presets())
        column.addStretch(1)

    def _presets(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(UNIT // 2)
        for name, (faults, tip) in PRESETS.items():
            button = QPushButton(name)
            button.setProperty("kind", "small")
            button.setAccessibleName(f"Faults of a {name.lower()}")
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _on, chosen=faults: self.show_faults(chosen))
            row.addWidget(button, 1)
        return row

    @property
    def faults(self) -> Faults:
        """The faults that are set."""
        values: dict[str, Any] = {field: row.value for field, row in self.rows.items()}
        return Faults(mute=self.mute.isChecked(), **values)

    def show_faults(self, faults: Faults) -> None:
        """Sets the sliders and the button to these faults."""
        for field, row in self.rows.items():
            row.show_value(getattr(faults, field))
        self.mute.setChecked(faults.mute)

    def _emit(self) -> None:
        if self.faults != self._last:
            self._last = self.faults
            self.off.setEnabled(self._last.any)
            self.changed.emit(self._last)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    set_kind(label, kind)
    return label
