"""Requests the system's permission for camera and microphone through Qt, before a device is opened.

On Linux Qt grants both at once.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCameraPermission, QCoreApplication, QMicrophonePermission, QObject, Qt

KINDS = {"camera": QCameraPermission, "microphone": QMicrophonePermission}


def request(kinds: list[str], context: QObject, then: Callable[[list[str]], None]) -> None:
    """Requests each of `kinds` in turn, then calls `then` with those that were denied."""
    _request_next(list(kinds), [], context, then)


def _request_next(left: list[str], denied: list[str], context: QObject, then: Callable[[list[str]], None]) -> None:
    app = QCoreApplication.instance()
    if not left or app is None:
        then(denied)
        return
    kind, *rest = left
    permission = KINDS[kind]()
    status = app.checkPermission(permission)
    if status is Qt.PermissionStatus.Undetermined:
        app.requestPermission(permission, context, lambda _answer: _request_next(left, denied, context, then))
        return
    refused = [kind] if status is Qt.PermissionStatus.Denied else []
    _request_next(rest, denied + refused, context, then)


def denied_line(kinds: list[str]) -> str:
    """Which devices are not allowed, and what to do."""
    what = " and ".join(kinds)
    verb = "is" if len(kinds) == 1 else "are"
    return f"The {what} {verb} not allowed. Allow it in the system's privacy settings, then start again."
