"""The menu behind the button at the top right; its keys work in the small strip too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.self_report.report_buttons import STATE_OF_KEY
from core.appearance import MODALITY_ORDER

if TYPE_CHECKING:
    from app.window.main_window import MainWindow

SEPARATED = ("Stop", "About and law")
"""Entries with a line above them."""
THEMES = {"system": "As the system", "dark": "Dark", "light": "Light"}


class MainMenu(QMenu):
    """Entries by name, each with its key and what it does; and the themes."""

    theme_chosen = Signal(str)

    def __init__(self, window: QMainWindow, entries: Mapping[str, tuple[str, Callable[[], object]]]) -> None:
        super().__init__(window)
        self._themes: dict[str, QAction] = {}
        for name, (key, act) in entries.items():
            if name in SEPARATED:
                self.addSeparator()
            action = self.addAction(name, act)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
            window.addAction(action)
        self._add_themes()

    def _add_themes(self) -> None:
        menu, group = QMenu("Theme", self), QActionGroup(self)
        self.insertMenu(self.actions()[0], menu)
        for key, text in THEMES.items():
            action = menu.addAction(text, lambda key=key: self.theme_chosen.emit(key))
            action.setCheckable(True)
            group.addAction(action)
            self._themes[key] = action

    def show_theme(self, key: str) -> None:
        """Mark the theme that was chosen."""
        self._themes[key].setChecked(True)


PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Keys:
    """Space, R, F, M, 1 to 9, and Shift+M."""

    def __init__(self, window: MainWindow) -> None:
        live, desk = window.live, window.desk
        numbers = zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), MODALITY_ORDER, strict=True)
        self._plain: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Space: desk.start_or_pause,
            Qt.Key.Key_R: desk.reset,
            Qt.Key.Key_F: window.toggle_full_screen,
            Qt.Key.Key_M: live.reports.mark,
            **{key: partial(live.toggles.toggle, modality) for key, modality in numbers},
            **{key: partial(live.reports.press, state) for key, state in STATE_OF_KEY.items()},
        }
        self._shifted: dict[int, Callable[[], object]] = {Qt.Key.Key_M: live.reports.mark_with_text}

    def act(self, event: QKeyEvent) -> bool:
        """Do what the key is for; whether it is for anything."""
        keys = self._plain if event.modifiers() in PLAIN else {}
        keys = self._shifted if event.modifiers() == Qt.KeyboardModifier.ShiftModifier else keys
        act = keys.get(event.key())
        if act is None or event.isAutoRepeat():
            return False
        act()
        return True


def menu_entries(window: MainWindow) -> dict[str, tuple[str, Callable[[], object]]]:
    """The menu behind the button at the top right: name, key and what it does."""
    return {
        "Small window": ("Ctrl+M", window.toggle_small),
        "Full screen": ("F11", window.toggle_full_screen),
        "Dark or light": ("Ctrl+D", window.wardrobe.switch),
        "Hide or show the estimate": ("Ctrl+H", window.toggle_hidden),
        "Stop": ("Ctrl+.", window.desk.stop),
        "About and law": ("F1", window.show_about),
        "Quit": ("Ctrl+Q", window.close),
    }
