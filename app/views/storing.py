"""The Storing card of the Settings page: what is kept of a session, for how long, and where it lies."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from app.style_sheet import dress
from app.views.check import INDENT_PX
from app.views.setting_rows import Controls, caption, push, section
from core.settings import StoreSettings

NOTE = "Kept on this machine only, readable by you alone. Taken up at the next start. Erase in Review, at any time."
KEEP = "Keep sessions: estimates and own reports"
DEMO = "Demo keeps nothing: a session is gone when the window closes."
MEDIA = (
    "Records your face and voice as they are, and everyone else who can be seen or heard: tell them. "
    "The window says so all the time. Whoever can open your files can watch them."
)
FEATURES = "Numbers without picture or sound, so that it can be explained and scored again. About 15 MB an hour."
DAYS = (0, 7, 30, 90, 365)


class StoringCard(QObject):
    """Its controls emit wishes through `controls`; `folder` asks for the folder of sessions to be opened."""

    folder = Signal()

    def __init__(self, controls: Controls, store: StoreSettings) -> None:
        super().__init__(controls)
        self.sessions = controls.check(KEEP, ("store", "sessions"), store.sessions)
        self.words = controls.check("Keep the words as well", ("store", "words"), store.words)
        self.features = controls.check("Keep features", ("store", "features"), store.features)
        self.media = controls.check("Record picture and sound", ("store", "media"), store.media)
        self.days = controls.choice("Keep for", ("store", "keep_days"), DAYS, store.keep_days, _days)
        self.open = push("Open the folder", "Open the folder of the sessions")
        self.open.clicked.connect(self.folder)
        self._note, self._warning = caption(NOTE), QLabel(MEDIA)
        self._warning.setWordWrap(True)
        self._warning.setContentsMargins(INDENT_PX, 0, 0, 0)
        dress(self._warning, "warning")
        self._demo = False
        rows = (
            ("", self.sessions),
            ("", self.words),
            ("", self.features),
            ("", caption(FEATURES, indented=True)),
            ("", self.media),
            ("", self._warning),
            ("Keep for", self.days),
            ("Folder", self.open),
            ("", self._note),
        )
        self.frame = section("Storing", "", rows)
        for box in (self.sessions, self.media):
            box.toggled.connect(self._update)
        self._update()

    def show_purpose(self, key: str) -> None:
        """In Demo nothing is kept, whatever is chosen here."""
        self._demo = key == "demo"
        self._note.setText(DEMO if self._demo else NOTE)
        self._update()

    def _update(self) -> None:
        keeps = self.sessions.isChecked() and not self._demo
        self.sessions.setEnabled(not self._demo)
        for control in (self.words, self.features, self.media, self.days):
            control.setEnabled(keeps)
        self._warning.setVisible(self.media.isChecked() and keeps)


def _days(days: float) -> str:
    return f"{days:.0f} days" if days else "Until I erase them"
