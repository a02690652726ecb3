"""The menu of the header, whose shortcuts work in the mini window too, and the keys of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

SEPARATED = ("Stop", "About and law")
"""Entries with a line above them."""
THEMES = {"system": "As the system", "dark": "Dark", "light": "Light"}


class MainMenu(QMenu):
    """Named entries, each with a shortcut and an action, and the themes."""

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
            action = menu.addAction(text, partial(self.theme_chosen.emit, key))
            action.setCheckable(True)
            group.addAction(action)
            self._themes[key] = action

    def show_theme(self, key: str) -> None:
        """Marks the selected theme."""
        self._themes[key].setChecked(True)


PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
Action = Callable[[], object]


class KeyBindings:
    """Maps keys to actions. A focused control uses keys first, so space still presses buttons."""

    def __init__(self, plain: Mapping[int, Action], shifted: Mapping[int, Action]) -> None:
        self._plain, self._shifted = plain, shifted

    def act(self, event: QKeyEvent) -> bool:
        """Runs the action of a key; returns whether it has one."""
        keys: Mapping[int, Action] = self._plain if event.modifiers() in PLAIN else {}
        keys = self._shifted if event.modifiers() == Qt.KeyboardModifier.ShiftModifier else keys
        act = keys.get(event.key())
        if act is None or event.isAutoRepeat():
            return False
        act()
        return True
