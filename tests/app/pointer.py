"""Finds and clicks controls of the window."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from app.window.main_window import MainWindow
from core.status import RunState


def state(window: MainWindow) -> RunState:
    return window.controller.engine_host.status().state


def click(window: MainWindow, button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def named(window: MainWindow, name: str) -> QAbstractButton:
    return next(button for button in window.findChildren(QAbstractButton) if button.accessibleName() == name)
