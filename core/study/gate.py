"""The gate before the Research purpose: four facts without which it stays locked. They are checked, then kept as TOML.

The gate says nothing about participants: pseudonyms, consent and withdrawal are those of `core.study.ledger`.
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
"""Characters; a consent text shorter than a sentence informs nobody."""
_VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class StudyGate:
    """What a study has to state. `retention_date` is ISO (2027-12-31)."""

    study_id: str = ""
    approval: str = ""
    consent_text: str = ""
    retention_date: str = ""


def gate_file() -> Path:
    """Where the gate is kept."""
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
    """Which text this is: the beginning of its SHA-256, the same however its lines are broken or padded."""
    return sha256(" ".join(text.split()).encode("utf-8")).hexdigest()[:_VERSION_DIGITS]


def _date_problem(text: str, today: date) -> str:
    try:
        until = date.fromisoformat(text.strip())
    except ValueError:
        return "Enter the date as YYYY-MM-DD."
    return "" if until > today else "This date has passed; data may not be kept any more."


def load_gate() -> StudyGate:
    """The gate as saved; empty if none was. Raises `SettingsError` for a file that cannot be read."""
    if not gate_file().exists():
        return StudyGate()
    try:
        table = tomllib.loads(gate_file().read_text(encoding="utf-8"))
        gate = StudyGate(**table)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise SettingsError(f"{gate_file()} cannot be read ({error}). Mend or delete it.") from error
    for name, value in table.items():
        if not isinstance(value, str):
            raise SettingsError(f"{gate_file()}: {name} must be text in quotes, not {value}. Mend or delete it.")
    return gate


def save_gate(gate: StudyGate) -> None:
    """Keep the gate, replacing the file in one step. Raises `SettingsError`."""
    replace_text(gate_file(), tomli_w.dumps(asdict(gate)), SettingsError)
