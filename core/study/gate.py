"""The four facts that a study must state before the Research purpose is unlocked: checked, and stored as TOML.

Participants, pseudonyms, consent and withdrawal belong to `core.study.ledger`.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import tomli_w

from core import paths
from core.atomic_files import replace_text
from core.errors import SettingsError

SHORTEST_CONSENT = 40
"""Characters; a shorter text cannot inform a participant."""
_VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class StudyGate:
    """What a study has to state. `retention_date` is ISO 8601 (2027-12-31)."""

    study_id: str = ""
    approval: str = ""
    consent_text: str = ""
    retention_date: str = ""


def gate_file() -> Path:
    """Path of the stored gate."""
    return paths.user_data() / "research.toml"


def problems(gate: StudyGate, today: date) -> dict[str, str]:
    """What is missing or wrong, by field; empty when Research may be used."""
    found: dict[str, str] = {}
    if not gate.study_id.strip():
        found["study_id"] = "Enter the study's id."
    if not gate.approval.strip():
        found["approval"] = "Enter the reference of the ethics approval."
    if len(gate.consent_text.strip()) < SHORTEST_CONSENT:
        found["consent_text"] = "Paste the text that participants agree to."
    wrong = _date_problem(gate.retention_date, today)
    if wrong:
        found["retention_date"] = wrong
    return found


def consent_version(text: str) -> str:
    """Identifies a consent text: the first digits of its SHA-256, independent of whitespace."""
    return sha256(" ".join(text.split()).encode("utf-8")).hexdigest()[:_VERSION_DIGITS]


def _date_problem(text: str, today: date) -> str:
    try:
        until = date.fromisoformat(text.strip())
    except ValueError:
        return "Enter the date as YYYY-MM-DD."
    return "" if until > today else "This date has passed. Enter a later one."


def load_gate() -> StudyGate:
    """The stored gate; an empty one if there is none. Raises `SettingsError` for an unreadable file."""
    if not gate_file().exists():
        return StudyGate()
    try:
        table = tomllib.loads(gate_file().read_text(encoding="utf-8"))
        gate = StudyGate(**table)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise SettingsError(f"{gate_file()} cannot be read ({error}). Correct or delete it.") from error
    for name, value in table.items():
        if not isinstance(value, str):
            raise SettingsError(f"{gate_file()}: {name} must be text in quotes, not {value}. Correct or delete it.")
    return gate


def save_gate(gate: StudyGate) -> None:
    """Store the gate, replacing the file in one step. Raises `SettingsError`."""
    replace_text(gate_file(), tomli_w.dumps(asdict(gate)), SettingsError)
