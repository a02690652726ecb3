"""Own reports as a menu, for places too small for six buttons: the small strip and the tray."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.views.report_button import report_icon
from core.types import REPORTABLE


class ReportMenu(QMenu):
    """Emits the state that was tapped."""

    reported = Signal(str)

    def __init__(self, parent: QWidget | None = None, title: str = "How is it for you?") -> None:
        super().__init__(title, parent)
        self.setAccessibleName(title)
        for state in REPORTABLE:
            action = self.addAction(report_icon(state, self), state)
            action.triggered.connect(lambda _checked=False, state=state: self.reported.emit(state))
