"""Sliders and buttons that put faults into the stream. Right is always worse, left is off."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from app.explain.fault_controls import GROUPS, PRESETS, FaultControl
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.faults import NONE, Faults

SETTLE_MS = 150
"""A slider that moves is told of once it rests: faults are written into the session's diary."""


class FaultSlider(QWidget):
    """A name, what is set, and the slider."""

    moved = Signal()

    def __init__(self, dial: FaultControl) -> None:
        super().__init__()
        self.dial = dial
        self.slider, self._said = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.slider.setRange(0, dial.steps)
        self.slider.setPageStep(4)
        self.slider.setAccessibleName(dial.name)
        for part in (self, self.slider):
            part.setToolTip(f"{dial.tip}\nArrow keys change it, Home switches it off.")
        self.slider.valueChanged.connect(self._on_value)
        words = QHBoxLayout()
        words.addWidget(QLabel(dial.name), 1)
        words.addWidget(self._said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(words)
        column.addWidget(self.slider)
        self._say(0)

    @property
    def value(self) -> float | None:
        """What the slider means."""
        return self.dial.meaning(self.slider.value())

    def show_value(self, value: float | None) -> None:
        """Move the slider to the step that comes nearest."""
        off = value is None or value == self.dial.meaning(0)
        steps = range(1, self.dial.steps + 1)
        self.slider.setValue(0 if off else min(steps, key=lambda k: abs((self.dial.meaning(k) or 0.0) - value)))

    def _on_value(self, step: int) -> None:
        self._say(step)
        self.moved.emit()

    def _say(self, step: int) -> None:
        text = self.dial.say(step)
        self._said.setText(text)
        set_kind(self._said, "strong" if step else "quiet")
        self.slider.setAccessibleDescription(text)


class FaultPanel(QFrame):
    """Holds what the sliders say; `changed` carries the `Faults`."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "card")
        self.setAccessibleName("Faults")
        self.rows = {dial.field: FaultSlider(dial) for _title, dials in GROUPS for dial in dials}
        self.mute, self.off = QPushButton("Mute"), QPushButton("All off")
        self._last = NONE
        self._rest = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._rest.timeout.connect(self._tell)
        self._build()
        for row in self.rows.values():
            row.moved.connect(self._rest.start)
        self.mute.toggled.connect(lambda _on: self._rest.start())
        self.off.clicked.connect(lambda: self.show_faults(NONE))

    def _build(self) -> None:
        self.mute.setCheckable(True)
        self.mute.setProperty("kind", "segment")
        self.mute.setAccessibleName("Mute the sound")
        self.mute.setToolTip("Silence, as from a microphone that is switched off.")
        self.off.setAccessibleName("All faults off")
        self.off.setShortcut("Ctrl+0")
        self.off.setToolTip("Take every fault off (Ctrl+0)")
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
        for title, dials in GROUPS:
            line = QHBoxLayout()
            line.addWidget(_label(title, "caption"), 1)
            if title == "Sound":
                line.addWidget(self.mute)
            column.addSpacing(UNIT // 2)
            column.addLayout(line)
            for dial in dials:
                column.addWidget(self.rows[dial.field])
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
        """What is set."""
        return Faults(mute=self.mute.isChecked(), **{field: row.value for field, row in self.rows.items()})

    def show_faults(self, faults: Faults) -> None:
        """Set sliders and button so that they say these faults."""
        for field, row in self.rows.items():
            row.show_value(getattr(faults, field))
        self.mute.setChecked(faults.mute)

    def _tell(self) -> None:
        if self.faults != self._last:
            self._last = self.faults
            self.off.setEnabled(self._last.any)
            self.changed.emit(self._last)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    set_kind(label, kind)
    return label
