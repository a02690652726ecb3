"""Research stays locked until four facts are stated; the gate is stored as entered."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.study.gate import StudyGate, consent_version, gate_file, load_gate, problems, save_gate

TODAY = date(2026, 5, 1)
FULL = StudyGate("LM-1", "EC 2026/17", "I agree that my voice and face are estimated on this machine.", "2027-12-31")


def test_an_empty_gate_misses_all_four() -> None:
    assert set(problems(StudyGate(), TODAY)) == {"study_id", "approval", "consent_text", "retention_date"}


def test_a_complete_gate_has_no_problems() -> None:
    assert problems(FULL, TODAY) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("study_id", "  "),
        ("approval", ""),
        ("consent_text", "yes"),
        ("retention_date", "31.12.2027"),
        ("retention_date", "2026-05-01"),
        ("retention_date", "2019-01-01"),
    ],
)
def test_each_fact_is_checked(field: str, value: str) -> None:
    assert list(problems(replace(FULL, **{field: value}), TODAY)) == [field]


def test_the_gate_is_read_back_as_saved(home: Path) -> None:
    assert load_gate() == StudyGate()
    save_gate(FULL)
    assert load_gate() == FULL
    assert gate_file().is_relative_to(home)


@pytest.mark.parametrize("text", ["study_id = ", 'color = "red"'])
def test_a_broken_file_is_one_clear_sentence(home: Path, text: str) -> None:
    gate_file().write_text(text)
    with pytest.raises(SettingsError, match="Correct or delete it"):
        load_gate()


def test_a_gate_with_other_values_than_text_is_one_sentence(home: Path) -> None:
    gate_file().write_text("study_id = 5\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="study_id must be text"):
        load_gate()


def test_a_text_keeps_its_version_until_a_word_changes() -> None:
    version = consent_version(FULL.consent_text)
    assert version == consent_version(f"  {FULL.consent_text.replace(' and ', ' and' + chr(10))} \n")
    assert version != consent_version(FULL.consent_text.replace("voice", "words"))
    assert len(version) == 12
