"""Keeps the program dressed in the theme that the settings name, and follows the system where they say so."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.session.controller import SessionController
from app.widgets import style_sheet, theme


class ThemeSwitcher(QObject):
    """Listens to the desk and to the system; dresses only when the colours change."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._worn = theme.colors_of(parent)
        controller.changed.connect(self.set_kind)
        QApplication.styleHints().colorSchemeChanged.connect(self.set_kind)

    @Slot()
    def set_kind(self) -> None:
        """Wear what the settings name."""
        name = self._controller.settings.screen.theme
        if theme.colors_for(name) is not self._worn:
            self._worn = style_sheet.apply(QApplication.instance(), name)

    @Slot()
    def switch(self) -> None:
        """Dark to light and back."""
        self.wear("light" if theme.colors_for(self._controller.settings.screen.theme) is theme.DARK else "dark")

    @Slot(str)
    def wear(self, key: str) -> None:
        """Choose a theme ("dark", "light", "system") and remember it."""
        self._controller.wish("screen", "theme", key)
