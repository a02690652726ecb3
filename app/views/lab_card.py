"""The Lab card of the Settings page: streams to and from other programs, and the sync test."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.views.setting_rows import Controls, caption, push, section
from core.settings import LabSettings

NOTE = "Lab Streaming Layer. Off, no socket is opened. Taken up at the next start."
OPEN = "Every computer in your local network can read them: estimates, weights and markers, never picture or sound."


class LabCard(QObject):
    """Its switches emit wishes through `controls`; `sync_test` asks for the test's dialog."""

    sync_test = Signal()

    def __init__(self, controls: Controls, lab: LabSettings) -> None:
        super().__init__(controls)
        self.outlets = controls.check("Send estimates and markers", ("lab", "outlets"), lab.outlets)
        self.inlets = controls.check("Take markers from other programs", ("lab", "inlets"), lab.inlets)
        self.sync = push("Sync test …", "Measure the offset between picture, sound and the clock")
        self.sync.clicked.connect(self.sync_test)
        rows = (("", self.outlets), ("", caption(OPEN, indented=True)), ("", self.inlets), ("Timing", self.sync))
        self.frame = section("Lab", NOTE, rows)
