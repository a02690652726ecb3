"""Sends Qt's warnings to the program's log."""

from __future__ import annotations

import logging
import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler

LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
NO_SOUND_SERVER = "PulseAudioService: pa_context_connect() failed"
"""What Qt writes where there is no sound server. The window shows that where microphones are listed."""


def log_qt_messages() -> None:
    """Sends warnings and worse to a logger "qt.CATEGORY"; debug output goes to the terminal as before."""
    qInstallMessageHandler(_on_message)


def _on_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    if text == NO_SOUND_SERVER:
        return
    if kind in LEVELS:
        category = (context.category or "default").removeprefix("qt.")
        logging.getLogger(f"qt.{category}").log(LEVELS[kind], "%s", qFormatLogMessage(kind, context, text))
    elif sys.stderr is not None:
        sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")
