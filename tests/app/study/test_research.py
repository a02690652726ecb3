"""The Research purpose is locked again when the study's fields are no longer valid."""

from dataclasses import replace
from pathlib import Path

from app.window.startup import still_allowed
from core.settings import Settings
from core.study.gate import StudyGate, save_gate

FULL = StudyGate("LM-1", "EC 2026/17", "I agree that my voice and face are estimated on this machine.", "2027-12-31")


def test_research_locks_again_when_its_gate_is_no_longer_valid(home: Path) -> None:
    research = replace(Settings(), purpose="research")
    assert still_allowed(research).purpose == "unset"
    save_gate(replace(FULL, retention_date="2099-12-31"))
    assert still_allowed(research).purpose == "research"
    save_gate(replace(FULL, retention_date="2020-12-31"))
    assert still_allowed(research).purpose == "unset"
