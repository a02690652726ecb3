"""The Asking and Focus timer cards of the Settings page: questions and hints in between, and how long blocks are."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame

from app.views.setting_rows import Controls, Fold, section
from core.focus import nudges
from core.own import asking
from core.settings import AskSettings, FocusSettings

NOTE = "All off until you want them. A question takes one tap, and goes by itself after 30 s."
EVERY_MIN, FOCUS_MIN, BREAK_MIN = (10, 15, 20, 30, 45, 60), (15, 20, 25, 30, 45, 60, 90), (3, 5, 10, 15, 20)


class AskingCard(QObject):
    """Questions and hints."""

    def __init__(self, controls: Controls, ask: AskSettings) -> None:
        super().__init__(controls)
        self.probes = controls.check("Ask me now and then how it is", ("ask", "probes"), ask.probes)
        self.uncertain = controls.check("Also while the estimate stays undecided", ("ask", "uncertain"), ask.uncertain)
        self.every = controls.choice("About every", ("ask", "every_min"), EVERY_MIN, ask.every_min, _minutes)
        self.nudges = controls.check("Give me hints while studying", ("ask", "nudges"), ask.nudges)
        questions = Fold("When questions come", asking.RULES)
        hints = Fold("When hints come", (*(rule.words for rule in nudges.RULES), *nudges.GUARDS))
        every = ("About every", self.every)
        rows = (("", self.probes), ("", self.uncertain), every, ("", questions), ("", self.nudges), ("", hints))
        self.frame = section("Asking", NOTE, rows)
        self.probes.toggled.connect(self._update)
        self.uncertain.toggled.connect(self._update)
        self._update()

    def _update(self) -> None:
        self.every.setEnabled(self.probes.isChecked() or self.uncertain.isChecked())


def focus_card(controls: Controls, focus: FocusSettings) -> QFrame:
    """How long the timer's blocks are."""
    focus_min = controls.choice("Focus", ("focus", "focus_min"), FOCUS_MIN, focus.focus_min, _minutes)
    break_min = controls.choice("Break", ("focus", "break_min"), BREAK_MIN, focus.break_min, _minutes)
    rounds = controls.choice("Rounds", ("focus", "rounds"), range(1, 9), focus.rounds, lambda count: f"{count} blocks")
    rows = (("Focus", focus_min), ("Break", break_min), ("Rounds", rounds))
    return section("Focus timer", "The timer is on the Live page, below the words. Taken up at its next start.", rows)


def _minutes(minutes: float) -> str:
    return f"{minutes:g} min"
