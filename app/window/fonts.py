"""Letters where no font is installed: Qt would draw boxes in their place."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

PLOT_FONT = "DejaVu Sans"
PLOT_FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
"""They come with matplotlib, which draws the plots of `analyze`."""


def borrow_font() -> bool:
    """Uses matplotlib's font where the system has none; returns whether it had to. Before any widget is built."""
    font = QApplication.font()
    if QFontMetrics(font).inFont("a"):
        return False
    package = find_spec("matplotlib")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for name in PLOT_FONT_FILES:
            QFontDatabase.addApplicationFont(str(Path(folder) / "mpl-data" / "fonts" / "ttf" / name))
    font.setFamily(PLOT_FONT)
    QApplication.setFont(font)
    return True
