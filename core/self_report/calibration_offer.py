"""Decides whether a personal calibration helps this person, evaluated on held-out self-reports.

Whole sessions are held out, or blocks of time where one session has most of the reports: neighbouring reports are
correlated, and a random split would reward memorising the neighbour. It is offered only if it is clearly better than
no correction, and clearly better than the person's report frequencies alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from core.self_report.calibration_fit import Floats, Indices, fit
from core.self_report.personal_calibration import FLOOR, HeldOutFit, PersonalCalibration, adjust
from core.self_report.report_pairs import ReportPair
from core.types import STATES

FEWEST = 24
FEWEST_STATES = 2
BLOCKS = 6
RUN = 3
"""Neighbouring reports that count as one when a gain is tested."""
CLEARLY = 0.975
"""Quantile of Student's t distribution, which allows for few runs of reports."""
MARGIN = 0.01
"""Smallest gain that justifies a change, in nats of log loss per report."""
_NOT_A_STATE = -1


@dataclass(frozen=True, slots=True)
class CalibrationOffer:
    """A calibration to be offered, or in one sentence why there is none; figures on held-out reports if evaluated.

    `reports` are those of a state with this checkpoint, over `sessions`; `neutral` counts "None" reports. `held_out`
    is the unit that was held out: "session" or "block of time".
    """

    reports: int
    neutral: int
    sessions: int
    why_not: str = ""
    personal: PersonalCalibration | None = None
    held_out: str = ""
    before: HeldOutFit | None = None
    after: HeldOutFit | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Material:
    """Reports by session and time: ln of plain probabilities, index of the state (-1 for "None"), held-out group."""

    logs: Floats  # (N, 4)
    state: Indices  # (N,)
    group: Indices  # (N,)
    held_out: str


@dataclass(frozen=True, slots=True, eq=False)
class _HeldOutReports:
    """Each state report when it was held out: plain and corrected probabilities, and report frequencies alone."""

    plain: Floats  # (n, 4)
    corrected: Floats  # (n, 4)
    frequencies: Floats  # (n, 4)
    truth: Indices  # (n,)
    run: Indices  # (n,)

    def losses(self, shares: Floats) -> Floats:
        return np.asarray(-np.log(np.take_along_axis(shares, self.truth[:, None], 1)[:, 0]))

    def fit_of(self, shares: Floats) -> HeldOutFit:
        right = shares.argmax(1) == self.truth
        return HeldOutFit(len(self.truth), float(self.losses(shares).mean()), float(right.mean()))


def offer(pairs: Sequence[ReportPair], checkpoint_sha256: str) -> CalibrationOffer:
    """Fit and evaluate with the reports that were made while this checkpoint estimated."""
    usable = _usable(pairs, checkpoint_sha256)
    stated = [pair for pair in usable if pair.state in STATES]
    sessions = len({pair.session for pair in stated})
    found = CalibrationOffer(len(stated), len(usable) - len(stated), sessions, why_not=_too_few(stated))
    if found.why_not:
        return found
    material = _material(usable)
    held_out = _evaluate(material)
    before, after = held_out.fit_of(held_out.plain), held_out.fit_of(held_out.corrected)
    found = replace(found, held_out=material.held_out, before=before, after=after, why_not=_why_no_gain(held_out))
    if found.why_not:
        return found
    return replace(found, personal=_personal(material, checkpoint_sha256, sessions, before, after))


def _usable(pairs: Sequence[ReportPair], checkpoint_sha256: str) -> list[ReportPair]:
    """Usable reports by session, in the given order, and time: with a modality present and not "Other"."""
    place = {name: index for index, name in enumerate(dict.fromkeys(pair.session for pair in pairs))}
    kept = [
        pair
        for pair in pairs
        if pair.checkpoint_sha256 == checkpoint_sha256 and pair.state != "Other" and not np.isnan(pair.plain[0])
    ]
    return sorted(kept, key=lambda pair: (place[pair.session], pair.t_s))


def _too_few(stated: Sequence[ReportPair]) -> str:
    if len(stated) < FEWEST:
        return f"Too few reports to learn from: {len(stated)} of a state, {FEWEST - len(stated)} more are needed."
    if len({pair.state for pair in stated}) < FEWEST_STATES:
        return f"All reports are of one state; reports of at least {FEWEST_STATES} are needed to learn from."
    return ""


def _material(usable: Sequence[ReportPair]) -> _Material:
    state = np.array([STATES.index(pair.state) if pair.state in STATES else _NOT_A_STATE for pair in usable])
    _, group = np.unique([pair.session for pair in usable], return_inverse=True)
    held_out = "session"
    if 2 * np.bincount(group[state != _NOT_A_STATE]).max() > (state != _NOT_A_STATE).sum():
        group = np.arange(len(usable)) * BLOCKS // len(usable)
        held_out = "block of time"
    logs = np.log(np.maximum([pair.plain for pair in usable], FLOOR))
    return _Material(logs, state, group.astype(np.int64), held_out)


def _evaluate(material: _Material) -> _HeldOutReports:
    state, is_state = material.state, material.state != _NOT_A_STATE
    plain = np.exp(material.logs)
    corrected, frequencies = np.zeros_like(plain), np.zeros_like(plain)
    for group in np.unique(material.group[is_state]).tolist():
        held, rest = material.group == group, material.group != group
        found = fit(material.logs[rest & is_state], state[rest & is_state], material.logs[rest & ~is_state])
        corrected[held] = adjust(plain[held], found.temperature, found.bias, found.baseline)
        counts = np.bincount(state[rest & is_state], minlength=len(STATES)) + 1.0
        frequencies[held] = counts / counts.sum()
    run = _runs(material.group[is_state])
    return _HeldOutReports(plain[is_state], corrected[is_state], frequencies[is_state], state[is_state], run)


def _runs(group: Indices) -> Indices:
    """(n,) the run of neighbouring reports of the same group that each report belongs to."""
    first = np.array([np.flatnonzero(group == name)[0] for name in group.tolist()])
    _, run = np.unique(np.stack([first, (np.arange(len(group)) - first) // RUN]), axis=1, return_inverse=True)
    return np.asarray(run, dtype=np.int64).reshape(-1)


def _why_no_gain(held_out: _HeldOutReports) -> str:
    before, after = held_out.fit_of(held_out.plain), held_out.fit_of(held_out.corrected)
    left = held_out.losses(held_out.corrected)
    if not _clearly_positive(held_out.losses(held_out.plain) - left, held_out.run):
        return f"No clear gain on held-out reports: log loss {before.loss:.2f} before, {after.loss:.2f} after."
    if after.accuracy < before.accuracy:
        return f"On held-out reports it agreed less often: {_percent(before)} before, {_percent(after)} after."
    if not _clearly_positive(held_out.losses(held_out.frequencies) - left, held_out.run):
        return "On held-out reports it is not clearly better than naming what you report most."
    return ""


def _percent(held: HeldOutFit) -> str:
    return f"{held.accuracy * 100:.0f} %"


def _clearly_positive(gains: Floats, run: Indices) -> bool:
    """Whether the mean gain exceeds the margin with 95 % confidence, each run of neighbouring reports counted once."""
    from scipy.special import stdtrit

    sums, counts = np.bincount(run, gains), np.bincount(run)
    runs, mean = len(sums), float(gains.mean())
    error = np.sqrt(runs / (runs - 1) * np.square(sums - mean * counts).sum()) / len(gains)
    return bool(mean - stdtrit(runs - 1, CLEARLY) * error > MARGIN)


def _personal(
    material: _Material, checkpoint_sha256: str, sessions: int, before: HeldOutFit, after: HeldOutFit
) -> PersonalCalibration:
    """The calibration fitted to all reports."""
    is_state = material.state != _NOT_A_STATE
    found = fit(material.logs[is_state], material.state[is_state], material.logs[~is_state])
    return PersonalCalibration(
        checkpoint_sha256=checkpoint_sha256,
        temperature=found.temperature,
        bias=found.bias,
        baseline=found.baseline,
        reports=len(material.state),
        sessions=sessions,
        made_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        before=before,
        after=after,
    )
