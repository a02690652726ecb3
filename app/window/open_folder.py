"""Shows a folder in the system's file manager."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from core.other_programs import users_environment


def open_folder(folder: Path) -> bool:
    """Opens the file manager; returns whether the system has one."""
    with users_environment():
        return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
