"""Sends Qt's warnings to the program's log."""

from __future__ import annotations

import logging
import sys

from PySide6.QtCore import QLoggingCategory, QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler

LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
SHOWN_ELSEWHERE = ("PulseAudioService: pa_context_connect() failed", "No QtMultimedia backends found.")
"""How Qt's messages begin where there is no sound server, or where a library of QtMultimedia is missing. The window
shows both: where microphones are listed, and in its banner."""


def log_qt_messages() -> None:
    """Sends warnings and worse to a logger "qt.CATEGORY"; debug output goes to the terminal as before.

    QtMultimedia's notes about the system's sound and video libraries are left out.
    """
    qInstallMessageHandler(_on_message)
    QLoggingCategory.setFilterRules("\n".join(f"qt.multimedia.*.{kind}=false" for kind in ("info", "warning", "debug")))


def _on_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    if text.startswith(SHOWN_ELSEWHERE):
        return
    if kind in LEVELS:
        category = (context.category or "default").removeprefix("qt.")
        logging.getLogger(f"qt.{category}").log(LEVELS[kind], "%s", qFormatLogMessage(kind, context, text))
    elif sys.stderr is not None:
        sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")
