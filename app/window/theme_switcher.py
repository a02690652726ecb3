"""Applies the theme of the settings, and follows the system's if they select it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.session.controller import SessionController
from app.widgets import style_sheet, theme


class ThemeSwitcher(QObject):
    """Applies a style sheet only when the colours change."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._applied = theme.colors_of(parent)
        controller.changed.connect(self.update)
        QApplication.styleHints().colorSchemeChanged.connect(self.update)

    @Slot()
    def update(self) -> None:
        """Applies the theme that the settings name."""
        name, app = self._controller.settings.screen.theme, QApplication.instance()
        if isinstance(app, QApplication) and theme.colors_for(name) is not self._applied:
            self._applied = style_sheet.apply(app, name)

    @Slot()
    def switch(self) -> None:
        """Switches between dark and light."""
        self.choose("light" if theme.colors_for(self._controller.settings.screen.theme) is theme.DARK else "dark")

    @Slot(str)
    def choose(self, key: str) -> None:
        """Sets and saves a theme: "dark", "light" or "system"."""
        self._controller.change_setting("screen", "theme", key)
