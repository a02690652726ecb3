"""What the Explain page says and draws, made from estimates: pure, no Qt. Time is seconds before now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.views.series import HOLE_HOPS, Array
from app.wording import percent, short_reason
from core.lock_in import model_says
from core.look import MODALITY_NAMES, MODALITY_ORDER
from core.types import MODALITIES, STATES, Estimate, Modality

SMOOTH_STEPS = 4
"""Who tells whom is averaged over so many steps, for the eye."""
LITTLE = 0.05
"""A share of the probability below which one would not say that something moved."""
PLACES = [MODALITIES.index(m) for m in MODALITY_ORDER]
"""Where the modalities of the screen's order stand on a modality axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """`x` (N,) and any number of lines over it, (N, lines); a NaN row breaks the lines where hops were skipped."""

    x: Array
    lines: Array


def tracks(estimates: Sequence[Estimate], rows: Array, hop_s: float) -> Tracks:
    """`rows` (N, lines), one an estimate, over time."""
    times = np.array([e.t_s for e in estimates], dtype=np.float64)
    lines = np.asarray(rows, dtype=np.float64)
    if not times.size:
        return Tracks(times, lines)
    holes = np.flatnonzero(np.diff(times) > HOLE_HOPS * hop_s) + 1
    return Tracks(np.insert(times - times[-1], holes, times[holes - 1] - times[-1]), np.insert(lines, holes, np.nan, 0))


def weight_tracks(estimates: Sequence[Estimate], hop_s: float) -> Tracks:
    """Lines 0 to 2 weight, 3 to 5 low and 6 to 8 high ends of the bands, each in screen order; NaN where absent."""
    rows = np.zeros((len(estimates), 3, len(MODALITIES)))
    for row, e in zip(rows, estimates, strict=True):
        row[0], row[1], row[2] = e.weights, e.weight_low, e.weight_high
        row[:, [k for k, m in enumerate(MODALITIES) if not e.presence[m].present]] = np.nan
    return tracks(estimates, rows[:, :, PLACES].reshape(len(estimates), -1), hop_s)


def without_tracks(estimates: Sequence[Estimate], state: int, hop_s: float) -> Tracks:
    """Probability of one state: as it is, then without each modality in screen order; NaN where not explained."""
    rows = np.full((len(estimates), 1 + len(PLACES)), np.nan)
    for row, e in zip(rows, estimates, strict=True):
        row[0] = model_says(e)[state]
        if e.explanation is not None:
            row[1:] = e.explanation.without[PLACES, state]
    return tracks(estimates, rows, hop_s)


def push_tracks(estimates: Sequence[Estimate], hop_s: float) -> Tracks:
    """How much feedback moved each step; NaN where not explained."""
    said = np.full((len(estimates), 2, len(STATES)), np.nan)
    for row, e in zip(said, estimates, strict=True):
        if e.explanation is not None:
            row[0], row[1] = e.explanation.evidence, model_says(e)
    return tracks(estimates, np.abs(said[:, 1] - said[:, 0]).sum(axis=1, keepdims=True) / 2, hop_s)


def moved(before: Array, after: Array) -> float:
    """Total variation between two distributions: the share of the probability that lies elsewhere, 0 to 1."""
    return float(np.abs(np.asarray(after) - np.asarray(before)).sum() / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Listening:
    """The map: `told` (3, 3) and `heard` (3, 3, K) as in `Explanation`, averaged; why each modality is away, or ""."""

    told: Array
    heard: Array
    away: dict[Modality, str]
    hop_s: float


def listening(estimates: Sequence[Estimate], hop_s: float) -> Listening | None:
    """The map now; None while nothing is explained."""
    last = [e.explanation for e in estimates[-SMOOTH_STEPS:] if e.explanation is not None]
    if not last or estimates[-1].explanation is None:
        return None
    away = {m: "" if p.present else short_reason(p) for m, p in estimates[-1].presence.items()}
    here = np.array([not away[m] for m in MODALITIES])
    return Listening(
        _mean_of_asking([why.told for why in last]) * here[:, None],
        _mean_of_asking([why.heard for why in last]) * here[:, None, None],
        away,
        hop_s,
    )


def _mean_of_asking(steps: Sequence[Array]) -> Array:
    """Mean over the steps in which a row (one who asks) said anything."""
    stacked = np.stack(steps).astype(np.float64)
    asking = stacked.reshape(*stacked.shape[:2], -1).sum(axis=2) > 0  # (steps, 3)
    return np.asarray(stacked.sum(axis=0) / np.maximum(asking.sum(axis=0), 1).reshape(3, *[1] * (stacked.ndim - 2)))


def pair_line(shown: Listening, asking: Modality, asked: Modality) -> str:
    """One directed pair, for a tooltip."""
    a, b = MODALITIES.index(asking), MODALITIES.index(asked)
    if shown.away[asking]:
        return f"The {MODALITY_NAMES[asking]} takes nothing: {shown.away[asking]}."
    share = percent(float(shown.told[a, b]))
    line = f"{share} of what the {MODALITY_NAMES[asking]} says comes from the {MODALITY_NAMES[asked]}"
    heard = shown.heard[a, b]
    if heard.sum() <= 0:
        return f"{line}."
    ago = float((np.arange(heard.size)[::-1] * heard).sum() / heard.sum()) * shown.hop_s
    return f"{line}, on average from {ago:.1f} s ago."


def node_line(shown: Listening, modality: Modality) -> str:
    """One modality of the map, for a tooltip."""
    if shown.away[modality]:
        return f"The {MODALITY_NAMES[modality]} is absent: {shown.away[modality]}."
    own = MODALITIES.index(modality)
    return (
        f"The {MODALITY_NAMES[modality]} says {percent(float(shown.told[own, own]))} by itself (the ring), "
        f"and takes the rest from the others."
    )


def weight_line(estimate: Estimate, modality: Modality) -> str:
    """A modality's weight and half its band's width, or why it has none: "picture 41 % ± 6"."""
    presence, place = estimate.presence[modality], MODALITIES.index(modality)
    if not presence.present:
        return f"{MODALITY_NAMES[modality]}: {short_reason(presence)}"
    half = 50 * float(estimate.weight_high[place] - estimate.weight_low[place])
    return f"{MODALITY_NAMES[modality]} {percent(float(estimate.weights[place]))} ± {half:.0f}"


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """One row of the bars: `shares` (4,), NaN where nothing was left; `away` is why the modality is absent anyhow."""

    name: str
    shares: Array
    away: str
    tip: str


def leaving(estimate: Estimate) -> list[Leaving]:
    """As it is, then without each modality in screen order; nothing while nothing is present or explained."""
    said, why = model_says(estimate), estimate.explanation
    if why is None or np.isnan(said[0]):
        return []
    rows = [Leaving("as it is", said, "", f"As it is: {_shares(said)}.")]
    for modality in MODALITY_ORDER:
        other = why.without[MODALITIES.index(modality)]
        presence = estimate.presence[modality]
        away = "" if presence.present else short_reason(presence)
        tip = _leaving_tip(modality, said, other, away)
        rows.append(Leaving(f"without {MODALITY_NAMES[modality]}", other, away, tip))
    return rows


def _leaving_tip(modality: Modality, said: Array, other: Array, away: str) -> str:
    the = f"the {MODALITY_NAMES[modality]}"
    if away:
        return f"{the.capitalize()} is absent ({away}), so it cannot be left out."
    if np.isnan(other[0]):
        return f"Without {the} nothing would be present."
    return f"Had {the} never been there: {_shares(other)}. That moves {percent(moved(said, other))} of the probability."


def _shares(shares: Array) -> str:
    return ", ".join(f"{state} {percent(float(shares[k]))}" for k, state in enumerate(STATES))


@dataclass(frozen=True, slots=True, eq=False)
class Push:
    """What feedback did to one step: `evidence` (4,) alone, and what was `said` (4,). One tip a state."""

    evidence: Array
    said: Array
    tips: tuple[str, ...]


def push_of(estimate: Estimate) -> Push | None:
    """None while nothing is present or explained."""
    said, why = model_says(estimate), estimate.explanation
    if why is None or np.isnan(said[0]):
        return None
    tips = tuple(
        f"{state}: {percent(float(why.evidence[k]))} without feedback, {percent(float(said[k]))} with it. "
        f"The answer before gave it {percent(float(why.feedback[k]))}."
        for k, state in enumerate(STATES)
    )
    return Push(why.evidence, said, tips)


def without_line(estimate: Estimate) -> str:
    """The one modality that matters most now, in a sentence."""
    said, why = model_says(estimate), estimate.explanation
    if why is None or np.isnan(said[0]):
        return "Nothing is present, so nothing can be left out."
    present = [m for m in MODALITY_ORDER if estimate.presence[m].present]
    if len(present) == 1:
        return f"Only the {MODALITY_NAMES[present[0]]} is present: without it nothing could be said."
    change = {m: moved(said, why.without[MODALITIES.index(m)]) for m in present}
    most = max(change, key=lambda m: change[m])
    if change[most] < LITTLE:
        return f"Leaving out any one of them changes little: it would still say {STATES[int(said.argmax())]}."
    other = why.without[MODALITIES.index(most)]
    leading = int(other.argmax())
    still = "still " if leading == int(said.argmax()) else ""
    return (
        f"Without the {MODALITY_NAMES[most]} it would {still}say {STATES[leading]}, {percent(float(other[leading]))}."
    )


def feedback_line(estimate: Estimate) -> str:
    """How far feedback pushed this step, in a sentence."""
    said, why = model_says(estimate), estimate.explanation
    if why is None or np.isnan(said[0]):
        return "Nothing is present, so there is nothing to push."
    push = moved(why.evidence, said)
    if push < 0.01:
        return "The answer before did not move this step."
    towards = STATES[int(np.argmax(said - why.evidence))]
    return f"The answer before moved {percent(push)} of this step's probability, most of it towards {towards}."
