"""Whether a personal calibration would help this person, judged on reports that had no part in making it.

Held out are whole sessions, or blocks of time where one session has most of the reports: neighbouring reports are
alike, and a random split would praise what merely remembers the neighbour. It is offered only if it is clearly better
than the default, and clearly better than knowing nothing but what this person reports most: else it would only flatten
or repeat.
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
"""Neighbouring reports that count as one when a gain is judged."""
CLEARLY = 0.975
"""Of Student's distribution; there are few runs where there are few reports."""
MARGIN = 0.01
"""Nats of log loss a report below which a gain is not worth a change."""
_NOT_A_STATE = -1


@dataclass(frozen=True, slots=True)
class CalibrationOffer:
    """A calibration to be offered, or in one sentence why none is; figures on held-out reports wherever it was judged.

    `reports` are those of a state with this checkpoint, over `sessions`; `neutral` counts "None" reports. `held_out`
    says what was left out at a time: "session" or "block of time".
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
class _Judged:
    """Every state report when it was held out: probabilities as they are, corrected, and from frequencies alone."""

    plain: Floats  # (n, 4)
    corrected: Floats  # (n, 4)
    frequencies: Floats  # (n, 4)
    truth: Indices  # (n,)
    run: Indices  # (n,)

    def losses(self, shares: Floats) -> Floats:
        return np.asarray(-np.log(np.take_along_axis(shares, self.truth[:, None], 1)[:, 0]))

    def held(self, shares: Floats) -> HeldOutFit:
        right = shares.argmax(1) == self.truth
        return HeldOutFit(len(self.truth), float(self.losses(shares).mean()), float(right.mean()))


def offer(pairs: Sequence[ReportPair], checkpoint_sha256: str) -> CalibrationOffer:
    """Fit and judge with the reports that were made while this checkpoint estimated."""
    usable = _usable(pairs, checkpoint_sha256)
    stated = [pair for pair in usable if pair.state in STATES]
    sessions = len({pair.session for pair in stated})
    found = CalibrationOffer(len(stated), len(usable) - len(stated), sessions, why_not=_too_few(stated))
    if found.why_not:
        return found
    material = _material(usable)
    judged = _judge(material)
    before, after = judged.held(judged.plain), judged.held(judged.corrected)
    found = replace(found, held_out=material.held_out, before=before, after=after, why_not=_no_better(judged))
    if found.why_not:
        return found
    return replace(found, personal=_personal(material, checkpoint_sha256, sessions, before, after))


def _usable(pairs: Sequence[ReportPair], checkpoint_sha256: str) -> list[ReportPair]:
    """By session, in the order in which they are given, and time; something was present, and "Other" says nothing."""
    place = {name: index for index, name in enumerate(dict.fromkeys(pair.session for pair in pairs))}
    kept = [
        pair
        for pair in pairs
        if pair.checkpoint_sha256 == checkpoint_sha256 and pair.state != "Other" and not np.isnan(pair.plain[0])
    ]
    return sorted(kept, key=lambda pair: (place[pair.session], pair.t_s))


def _too_few(stated: Sequence[ReportPair]) -> str:
    if len(stated) < FEWEST:
        return f"Too few reports to learn from: {len(stated)} of a state so far, {FEWEST - len(stated)} more would do."
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


def _judge(material: _Material) -> _Judged:
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
    return _Judged(plain[is_state], corrected[is_state], frequencies[is_state], state[is_state], run)


def _runs(group: Indices) -> Indices:
    """Which run of neighbours of the same group each report belongs to, (n,)."""
    first = np.array([np.flatnonzero(group == name)[0] for name in group.tolist()])
    _, run = np.unique(np.stack([first, (np.arange(len(group)) - first) // RUN]), axis=1, return_inverse=True)
    return np.asarray(run, dtype=np.int64).reshape(-1)


def _no_better(judged: _Judged) -> str:
    before, after = judged.held(judged.plain), judged.held(judged.corrected)
    left = judged.losses(judged.corrected)
    if not _clearly_positive(judged.losses(judged.plain) - left, judged.run):
        return f"No clear gain on held-out reports: log loss {before.loss:.2f} before, {after.loss:.2f} after."
    if after.accuracy < before.accuracy:
        return f"On held-out reports it was right less often: {_percent(before)} before, {_percent(after)} after."
    if not _clearly_positive(judged.losses(judged.frequencies) - left, judged.run):
        return "It would not do clearly better on held-out reports than naming what you report most."
    return ""


def _percent(held: HeldOutFit) -> str:
    return f"{held.accuracy * 100:.0f} %"


def _clearly_positive(gains: Floats, run: Indices) -> bool:
    """Whether the mean gain is above the margin with 95 % certainty, runs of neighbouring reports taken as one each."""
    from scipy.special import stdtrit

    sums, counts = np.bincount(run, gains), np.bincount(run)
    runs, mean = len(sums), float(gains.mean())
    error = np.sqrt(runs / (runs - 1) * np.square(sums - mean * counts).sum()) / len(gains)
    return bool(mean - stdtrit(runs - 1, CLEARLY) * error > MARGIN)


def _personal(
    material: _Material, checkpoint_sha256: str, sessions: int, before: HeldOutFit, after: HeldOutFit
) -> PersonalCalibration:
    """Made from all reports, now that it is known to help."""
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
