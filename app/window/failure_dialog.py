"""Shows a dialog after an unexpected failure, which offers to open the folder of the log."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from app.diagnostics.failure_log import log_file, write_to_terminal
from app.diagnostics.private_text import plain_message
from app.window.open_folder import open_folder

OPEN_FOLDER = "Open log folder"


class FailureDialogs(QObject):
    """Shows each kind of failure once, one dialog at a time: every logged error that has a traceback.

    Errors that the program raises on purpose are not logged; they are a sentence in the banner.
    """

    _failed = Signal(str, str)
    """The log's message, the exception's type; from any thread to the window's"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._shown: set[tuple[str, str]] = set()
        self.dialog: QMessageBox | None = None
        self._failed.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._handler = _ErrorHandler(self._failed.emit)
        logging.getLogger().addHandler(self._handler)

    def close(self) -> None:
        """Shows nothing more."""
        logging.getLogger().removeHandler(self._handler)
        if self.dialog is not None:
            self.dialog.close()

    @Slot(str, str)
    def _show(self, message: str, kind: str) -> None:
        if (message, kind) in self._shown or self.dialog is not None:
            return
        self._shown.add((message, kind))
        self.dialog = failure_dialog(message, kind, self._window)
        self.dialog.finished.connect(self._on_finished)
        self.dialog.show()

    @Slot()
    def _on_finished(self) -> None:
        self.dialog = None


class _ErrorHandler(logging.Handler):
    def __init__(self, report: Callable[[str, str], object]) -> None:
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if record.exc_info and record.exc_info[0] is not None:
                self._report(plain_message(record), record.exc_info[0].__name__)
        except Exception:  # noqa: BLE001 — such as a window that is destroyed; logging must not fail its caller
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — logging's name
        write_to_terminal("A failure could not be shown in a dialog; the log holds the details.")


def failure_dialog(message: str, kind: str, parent: QWidget) -> QMessageBox:
    """The dialog for one failure."""
    dialog = QMessageBox(
        QMessageBox.Icon.Warning, "Unexpected failure", "Something failed unexpectedly.", parent=parent
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.NonModal)  # a running session can still be stopped
    dialog.setInformativeText(
        f"{message} ({kind})\n\nThe log holds the details. If this happens again, please report it."
    )
    opening = dialog.addButton(OPEN_FOLDER, QMessageBox.ButtonRole.ActionRole)
    opening.clicked.connect(open_log_folder)
    dialog.addButton(QMessageBox.StandardButton.Close)
    return dialog


def open_log_folder() -> None:
    """Opens the folder of the log in the system's file manager."""
    open_folder(log_file().parent)
