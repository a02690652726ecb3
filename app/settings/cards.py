"""The cards of the Settings page that consist of several controls: Storing, Asking, Focus timer and Lab."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QLabel

from app.widgets.check_box import INDENT_PX
from app.widgets.form_rows import Fold, SettingControls, caption, push, section
from app.widgets.style_sheet import set_kind
from core.focus import study_hints
from core.self_report import question_schedule
from core.settings import AskSettings, FocusSettings, LabSettings, StoreSettings

STORING_NOTE = (
    "Stored on this machine only, readable by you alone. Erase sessions in Review at any time. "
    "Changes apply from the next session."
)
KEEP = "Keep sessions: estimates and own reports"
DEMO = "A demo keeps nothing: the session is gone when the window closes."
MEDIA = (
    "Records your face and voice, and everyone else who can be seen or heard: inform them. "
    "The window shows it all the time. Anyone who can open your files can watch the recording."
)
FEATURES = "Numbers, no picture or sound: a session can be explained and scored again later. About 15 MB an hour."
ASKING_NOTE = "All off at first. A question takes one tap, and disappears after 30 s."
FOCUS_NOTE = "The timer is on the Live page, below the words. Changes apply from its next start."
LAB_NOTE = "Lab Streaming Layer. While both are off, no socket is opened. Changes apply from the next session."
OUTLETS = (
    "Every computer in your local network can read them: estimates, weights, markers, reports and the names of tasks, "
    "never words, picture or sound."
)
DAYS = (0, 7, 30, 90, 365)
EVERY_MIN = (10, 15, 20, 30, 45, 60)
FOCUS_MIN = (15, 20, 25, 30, 45, 60, 90)
BREAK_MIN = (3, 5, 10, 15, 20)


class StoringCard(QObject):
    """What is kept of a session, for how long and where. `folder`: the folder of sessions is to be opened."""

    folder = Signal()

    def __init__(self, controls: SettingControls, store: StoreSettings) -> None:
        super().__init__(controls)
        self.sessions = controls.check(KEEP, ("store", "sessions"), store.sessions)
        self.words = controls.check("Keep the words as well", ("store", "words"), store.words)
        self.features = controls.check("Keep features", ("store", "features"), store.features)
        self.media = controls.check("Record picture and sound", ("store", "media"), store.media)
        self.days = controls.choice("Keep for", ("store", "keep_days"), DAYS, store.keep_days, _days)
        self.open = push("Open the folder", "Open the folder of the sessions")
        self.open.clicked.connect(self.folder)
        self._note, self.warning = caption(STORING_NOTE), QLabel(MEDIA)
        self.warning.setWordWrap(True)
        self.warning.setContentsMargins(INDENT_PX, 0, 0, 0)
        set_kind(self.warning, "warning")
        self._demo = False
        rows = (
            ("", self.sessions),
            ("", self.words),
            ("", self.features),
            ("", caption(FEATURES, indented=True)),
            ("", self.media),
            ("", self.warning),
            ("Keep for", self.days),
            ("Folder", self.open),
            ("", self._note),
        )
        self.frame = section("Storing", "", rows)
        for box in (self.sessions, self.media):
            box.toggled.connect(self._update)
        self._update()

    def show_purpose(self, key: str) -> None:
        """Shows what applies to this purpose: a demo keeps nothing, whatever is chosen here."""
        self._demo = key == "demo"
        self._note.setText(DEMO if self._demo else STORING_NOTE)
        self._update()

    def _update(self) -> None:
        keeps = self.sessions.isChecked() and not self._demo
        self.sessions.setEnabled(not self._demo)
        for control in (self.words, self.features, self.media, self.days):
            control.setEnabled(keeps)
        self.warning.setVisible(self.media.isChecked() and keeps)


def _days(days: float) -> str:
    return f"{days:.0f} days" if days else "Until I erase them"


class AskingCard(QObject):
    """Questions and hints during a session."""

    def __init__(self, controls: SettingControls, ask: AskSettings) -> None:
        super().__init__(controls)
        self.probes = controls.check("Ask me now and then how it is for me", ("ask", "probes"), ask.probes)
        self.uncertain = controls.check("Also while the estimate stays undecided", ("ask", "uncertain"), ask.uncertain)
        self.every = controls.choice("About every", ("ask", "every_min"), EVERY_MIN, ask.every_min, _minutes)
        self.nudges = controls.check("Give me hints while studying", ("ask", "nudges"), ask.nudges)
        questions = Fold("When questions come", question_schedule.RULES)
        hints = Fold("When hints come", (*(rule.words for rule in study_hints.RULES), *study_hints.GUARDS))
        every = ("About every", self.every)
        rows = (("", self.probes), ("", self.uncertain), every, ("", questions), ("", self.nudges), ("", hints))
        self.frame = section("Asking", ASKING_NOTE, rows)
        self.probes.toggled.connect(self._update)
        self.uncertain.toggled.connect(self._update)
        self._update()

    def _update(self) -> None:
        self.every.setEnabled(self.probes.isChecked() or self.uncertain.isChecked())


def focus_card(controls: SettingControls, focus: FocusSettings) -> QFrame:
    """Lengths of the focus timer's blocks."""
    focus_min = controls.choice("Focus", ("focus", "focus_min"), FOCUS_MIN, focus.focus_min, _minutes)
    break_min = controls.choice("Break", ("focus", "break_min"), BREAK_MIN, focus.break_min, _minutes)
    rounds = controls.choice("Rounds", ("focus", "rounds"), range(1, 9), focus.rounds, lambda count: f"{count} blocks")
    rows = (("Focus", focus_min), ("Break", break_min), ("Rounds", rounds))
    return section("Focus timer", FOCUS_NOTE, rows)


def _minutes(minutes: float) -> str:
    return f"{minutes:g} min"


class LabCard(QObject):
    """Lab streams. `sync_test`: the dialog of the test is to be opened."""

    sync_test = Signal()

    def __init__(self, controls: SettingControls, lab: LabSettings) -> None:
        super().__init__(controls)
        self.outlets = controls.check("Send estimates and markers", ("lab", "outlets"), lab.outlets)
        self.inlets = controls.check("Receive markers from other programs", ("lab", "inlets"), lab.inlets)
        self.sync = push("Sync test …", "Measure the offset between picture, sound and the clock")
        self.sync.clicked.connect(self.sync_test)
        rows = (("", self.outlets), ("", caption(OUTLETS, indented=True)), ("", self.inlets), ("Timing", self.sync))
        self.frame = section("Lab", LAB_NOTE, rows)
