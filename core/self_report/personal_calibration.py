"""A personal correction of the probabilities: a temperature, a bias per state and a neutral baseline.

It redistributes probability between the four states, never changes whether the program abstains, and applies only to
the checkpoint whose estimates it was fitted to. It is stored in one local file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.atomic_files import replace_file
from core.errors import SettingsError
from core.paths import user_data
from core.store.layout import make_file, make_folder
from core.types import STATES, Estimate

FLOOR = 1e-6
"""Lower bound of a probability, so that every one can be corrected."""
NO_BIAS: tuple[float, ...] = (0.0,) * len(STATES)


@dataclass(frozen=True, slots=True)
class HeldOutFit:
    """How well probabilities fit held-out reports: log loss (nats) and accuracy."""

    reports: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class PersonalCalibration:
    """One person's calibration: log-probabilities minus `baseline`, divided by `temperature`, plus `bias`.

    `baseline` is the mean estimate where this person reported "None"; `before` and `after` are figures on held-out
    reports. The default is the identity.
    """

    checkpoint_sha256: str
    temperature: float = 1.0
    bias: tuple[float, ...] = NO_BIAS
    baseline: tuple[float, ...] = NO_BIAS
    reports: int = 0
    sessions: int = 0
    made_utc: str = ""
    before: HeldOutFit = HeldOutFit(0, 0.0, 0.0)
    after: HeldOutFit = HeldOutFit(0, 0.0, 0.0)

    def fits(self, checkpoint_sha256: str) -> bool:
        """Whether it was fitted to this checkpoint; it must not be applied to another one."""
        return self.checkpoint_sha256 == checkpoint_sha256

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        return self.temperature == 1.0 and not any(self.bias) and not any(self.baseline)

    def apply(self, estimate: Estimate) -> Estimate:
        """The estimate with corrected probabilities, the uncorrected ones in `plain`, and all else unchanged."""
        plain = estimate.probabilities if estimate.plain is None else estimate.plain
        return replace(estimate, probabilities=self.adjust(plain), plain=plain)

    def adjust(self, plain: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities (…, 4) → corrected ones; NaN stays NaN, and the identity returns its argument."""
        if self.is_identity:
            return plain
        return adjust(plain, self.temperature, self.bias, self.baseline).astype(np.float32)


def adjust(
    plain: NDArray[np.floating[Any]],
    temperature: float,
    bias: tuple[float, ...],
    baseline: tuple[float, ...],
) -> NDArray[np.float64]:
    """softmax((ln p - baseline) / temperature + bias), (…, 4) → (…, 4)."""
    logs = np.log(np.maximum(plain, FLOOR, dtype=np.float64))
    logits = (logs - np.asarray(baseline)) / temperature + np.asarray(bias)
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(weights / weights.sum(-1, keepdims=True))


def personal_file() -> Path:
    """Path of the calibration in use."""
    return user_data() / "personal.json"


def save(personal: PersonalCalibration) -> None:
    """Store it, readable by its owner only, replacing the previous one. Raises `SettingsError`."""
    path = personal_file()
    text = json.dumps(asdict(personal), indent=1)
    try:
        make_folder(path.parent)
    except OSError as problem:
        raise SettingsError(
            f"{path.parent} cannot be made ({problem.strerror}). Check the folder above it."
        ) from problem
    replace_file(path, lambda fresh: _write_private(fresh, text), SettingsError)


def load() -> PersonalCalibration | None:
    """The calibration in use, or None. Raises `SettingsError` for an invalid file."""
    path = personal_file()
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise SettingsError(
            f"{path} cannot be read as a personal calibration ({problem}). Delete it; it can be made again from your "
            "reports."
        ) from problem


def forget() -> None:
    """Delete the calibration. Raises `SettingsError`."""
    path = personal_file()
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise SettingsError(f"{path} cannot be deleted ({problem.strerror}). Delete it by hand.") from problem


def _write_private(fresh: Path, text: str) -> None:
    make_file(fresh)
    fresh.write_text(text, encoding="utf-8")


def _read(table: dict[str, Any]) -> PersonalCalibration:
    personal = PersonalCalibration(
        **{
            **table,
            "bias": tuple(map(float, table["bias"])),
            "baseline": tuple(map(float, table["baseline"])),
            "before": HeldOutFit(**table["before"]),
            "after": HeldOutFit(**table["after"]),
        }
    )
    _check(personal)
    return personal


def _check(personal: PersonalCalibration) -> None:
    vectors = (personal.bias, personal.baseline)
    if any(len(vector) != len(STATES) or not np.isfinite(vector).all() for vector in vectors):
        raise ValueError(f"bias and baseline must be {len(STATES)} numbers")
    if not (np.isfinite(personal.temperature) and personal.temperature > 0):
        raise ValueError(f"temperature is {personal.temperature}")
