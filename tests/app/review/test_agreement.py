"""Pooling of reports: those of one person's sessions on the devices, and of no other sessions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from app.review.agreement import AgreementCalculator, PersonalAgreement
from app.review.agreement_pane import AgreementPane
from app.session.jobs import Job
from core.self_report.proportion import Proportion
from core.store.session_library import SessionLibrary
from tests.app.library_windows import put
from tests.support.stored_sessions import stored_session

REPORTS = 7
"""In each generated session."""


def computed(qapp: QApplication, folder: Path, kinds: dict[str, str], about: str) -> PersonalAgreement:
    """Stores sessions of these input kinds; returns the agreement for one of them."""
    for number, (session_id, kind) in enumerate(kinds.items()):
        session = stored_session(240.0, seed=number + 1)
        put(folder, replace(session, facts=replace(session.facts, id=session_id, input_kind=kind)))
    library = SessionLibrary(folder)
    found = AgreementCalculator().judge(library, library.read(about), Job())
    assert found is not None
    return found


@pytest.mark.parametrize(("about", "sessions"), [("live-1", 2), ("file-1", 1), ("drawn-1", 2)])
def test_only_sessions_of_one_person_are_pooled(qapp: QApplication, home: Path, about: str, sessions: int) -> None:
    kinds = {"live-1": "devices", "live-2": "devices", "file-1": "file", "file-2": "file"}
    found = computed(qapp, home / "sessions", {**kinds, "drawn-1": "demo", "drawn-2": "demo"}, about)
    assert found.sessions == sessions
    assert found.all.reports + found.all.left_out == sessions * REPORTS
    assert found.here.reports + found.here.left_out == REPORTS


@pytest.mark.parametrize(("kind", "offered"), [("devices", True), ("file", False), ("demo", False)])
def test_a_calibration_is_offered_for_sessions_on_the_devices_only(
    qapp: QApplication, home: Path, kind: str, offered: bool
) -> None:
    found = computed(qapp, home / "sessions", {"one": kind, "two": kind}, "one")
    assert (found.offer is not None) is offered


@pytest.mark.parametrize(
    ("named", "none", "sentence"),
    [
        ((1, 7), (2, 3), "Undecided at 1 of 7 reports that named a state, and at 2 of 3 reports of “None”."),
        ((1, 7), (0, 0), "Undecided at 1 of 7 reports that named a state."),
        ((0, 0), (0, 0), ""),
    ],
)
def test_what_nobody_reported_is_not_counted(
    qapp: QApplication, home: Path, named: tuple[int, int], none: tuple[int, int], sentence: str
) -> None:
    found = computed(qapp, home / "sessions", {"one": "devices"}, "one")
    shares = {"undecided_when_something": Proportion(*named), "undecided_when_none": Proportion(*none)}
    pane = AgreementPane()
    pane.show_agreement(replace(found, all=replace(found.all, **shares)))
    shown = [label.text() for label in pane.findChildren(QLabel) if label.text().startswith("Undecided")]
    assert shown == ([sentence] if sentence else [])
    pane.deleteLater()
