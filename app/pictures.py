"""The window's picture as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def save_picture(widget: QWidget, path: Path) -> list[str]:
    """Save what `widget` shows; the sentence that says why that could not be done, if so."""
    from PySide6.QtGui import QImageWriter

    writer = QImageWriter(str(path))
    if writer.write(widget.grab().toImage()):
        return []
    return [f"The picture could not be saved as {path} ({writer.errorString()}). See that it can be written."]
