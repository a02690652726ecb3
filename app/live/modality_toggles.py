"""Switches for picture, voice and words, with the keys 1, 2 and 3."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.widgets.icons import icon
from app.widgets.theme import UNIT, colors_of
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.types import Modality


class ModalityToggles(QWidget):
    """Emits `muted` when the user switches a modality."""

    muted = Signal(str, bool)
    """Modality, and whether it is switched off now."""

    def __init__(self) -> None:
        super().__init__()
        self._buttons: dict[Modality, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        for key, modality in enumerate(MODALITY_ORDER, start=1):
            self._buttons[modality] = self._make(key, modality)
            row.addWidget(self._buttons[modality], 1)

    def _make(self, key: int, modality: Modality) -> QPushButton:
        button = QPushButton(MODALITY_NAMES[modality].capitalize())
        button.setCheckable(True)
        button.setChecked(True)
        button.setIconSize(QSize(2 * UNIT, 2 * UNIT))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("kind", "toggle")
        button.setAccessibleName(f"Use {MODALITY_NAMES[modality]}")
        button.setToolTip(f"Use {MODALITY_NAMES[modality]} in the estimate, or not ({key})")
        button.toggled.connect(lambda on: self._on_toggled(modality, on))
        return button

    def _on_toggled(self, modality: Modality, on: bool) -> None:
        self._draw(modality)
        self.muted.emit(modality, not on)

    def toggle(self, modality: Modality) -> None:
        """Switches a modality, as the keys 1 to 3 do."""
        self._buttons[modality].toggle()

    def is_off(self, modality: Modality) -> bool:
        """Whether a modality is switched off."""
        return not self._buttons[modality].isChecked()

    def _draw(self, modality: Modality) -> None:
        button = self._buttons[modality]
        colors = colors_of(self)
        button.setIcon(icon(modality, colors.text if button.isChecked() else colors.quiet))
        strike = button.font()
        strike.setStrikeOut(not button.isChecked())
        button.setFont(strike)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follows the theme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            for modality in self._buttons:
                self._draw(modality)
        super().changeEvent(event)
