"""Asking the system for camera and microphone through Qt, before anything is opened. Linux grants at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCameraPermission, QCoreApplication, QMicrophonePermission, QObject, Qt

KINDS = {"camera": QCameraPermission, "microphone": QMicrophonePermission}


def ask(kinds: list[str], context: QObject, then: Callable[[list[str]], None]) -> None:
    """Ask for each of `kinds` in turn, then call `then` with those that were denied."""
    _ask_next(list(kinds), [], context, then)


def _ask_next(left: list[str], denied: list[str], context: QObject, then: Callable[[list[str]], None]) -> None:
    if not left:
        then(denied)
        return
    kind, *rest = left
    app = QCoreApplication.instance()
    permission = KINDS[kind]()
    status = app.checkPermission(permission)
    if status is Qt.PermissionStatus.Undetermined:
        app.requestPermission(permission, context, lambda _answer: _ask_next(left, denied, context, then))
        return
    refused = [kind] if status is Qt.PermissionStatus.Denied else []
    _ask_next(rest, denied + refused, context, then)


def denied_line(kinds: list[str]) -> str:
    """What to tell, and what to do."""
    what = " and ".join(kinds)
    verb = "is" if len(kinds) == 1 else "are"
    return f"The {what} {verb} not allowed. Allow it in the system's privacy settings, then start again."
