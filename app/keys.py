"""What keys and menu do. Keys are no shortcuts: only what no control wanted acts, so space still presses buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.views.report_button import STATE_OF_KEY
from core.look import MODALITY_ORDER

if TYPE_CHECKING:
    from app.main_window import MainWindow

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
