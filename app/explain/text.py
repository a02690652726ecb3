"""What the Explain page says: a sentence under each plot, and one for every number. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.explain.data import AttentionSummary
from app.presentation.series import Array
from app.presentation.text import LITTLE, percent, short_reason
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.types import MODALITIES, STATES, Estimate, Modality, model_says


def moved(before: Array, after: Array) -> float:
    """Total variation between two distributions: the share of the probability that lies elsewhere, 0 to 1."""
    return float(np.abs(np.asarray(after) - np.asarray(before)).sum() / 2)


def pair_line(shown: AttentionSummary, asking: Modality, asked: Modality) -> str:
    """One directed pair, for a tooltip."""
    a, b = MODALITIES.index(asking), MODALITIES.index(asked)
    if shown.away[asking]:
        return f"For the {MODALITY_NAMES[asking]}, nothing now: {shown.away[asking]}."
    share = percent(float(shown.told[a, b]))
    line = f"For the {MODALITY_NAMES[asking]}, {share} comes from the {MODALITY_NAMES[asked]}"
    heard = shown.heard[a, b]
    if heard.sum() <= 0:
        return f"{line}."
    ago = float((np.arange(heard.size)[::-1] * heard).sum() / heard.sum()) * shown.hop_s
    return f"{line}, on average from {ago:.1f} s ago."


def node_line(shown: AttentionSummary, modality: Modality) -> str:
    """One modality of the map, for a tooltip."""
    if shown.away[modality]:
        return f"Absent: {shown.away[modality]}."
    own = MODALITIES.index(modality)
    share = percent(float(shown.told[own, own]))
    return f"For the {MODALITY_NAMES[modality]}, {share} stands by itself (the ring); the rest comes from the others."


def weight_line(estimate: Estimate, modality: Modality) -> str:
    """A modality's weight and its 95 % band, or why it has none: "picture 41 % (36 to 47)"."""
    presence, place = estimate.presence[modality], MODALITIES.index(modality)
    if not presence.present:
        return f"{MODALITY_NAMES[modality]}: {short_reason(presence)}"
    low, high = (100 * float(bound[place]) for bound in (estimate.weight_low, estimate.weight_high))
    return f"{MODALITY_NAMES[modality]} {percent(float(estimate.weights[place]))} ({low:.0f} to {high:.0f})"


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOut:
    """One row of the bars: `shares` (4,), NaN where nothing was left; `away` is why the modality is absent anyhow."""

    name: str
    shares: Array
    away: str
    tip: str


def leaving(estimate: Estimate) -> list[LeaveOneOut]:
    """As it is, then without each modality in screen order; nothing while nothing is present or explained."""
    said, why = model_says(estimate), estimate.explanation
    if why is None or np.isnan(said[0]):
        return []
    rows = [LeaveOneOut("as it is", said, "", f"As it is: {_shares(said)}.")]
    for modality in MODALITY_ORDER:
        other = why.without[MODALITIES.index(modality)]
        presence = estimate.presence[modality]
        away = "" if presence.present else short_reason(presence)
        tip = _leaving_tip(modality, said, other, away)
        rows.append(LeaveOneOut(f"without {MODALITY_NAMES[modality]}", other, away, tip))
    return rows


def _leaving_tip(modality: Modality, said: Array, other: Array, away: str) -> str:
    the = f"the {MODALITY_NAMES[modality]}"
    if away:
        return f"Absent anyhow ({away}), so leaving out {the} changes little or nothing."
    if np.isnan(other[0]):
        return f"Without {the} nothing would be present."
    return f"Had {the} never been there: {_shares(other)}. That moves {percent(moved(said, other))} of the probability."


def _shares(shares: Array) -> str:
    return ", ".join(f"{state} {percent(float(shares[k]))}" for k, state in enumerate(STATES))


@dataclass(frozen=True, slots=True, eq=False)
class FeedbackEffect:
    """What feedback did to one step: `evidence` (4,) alone, and what was `said` (4,). One tip a state."""

    evidence: Array
    said: Array
    tips: tuple[str, ...]


def push_of(estimate: Estimate) -> FeedbackEffect | None:
    """None while nothing is present or explained."""
    said, why = model_says(estimate), estimate.explanation
    if why is None or np.isnan(said[0]):
        return None
    tips = tuple(
        f"{state}: {percent(float(why.evidence[k]))} without feedback, {percent(float(said[k]))} with it. "
        f"The answer before gave it {percent(float(why.feedback[k]))}."
        for k, state in enumerate(STATES)
    )
    return FeedbackEffect(why.evidence, said, tips)


def without_line(estimate: Estimate) -> str:
    """The one modality that matters most now, in a sentence."""
    said, why = model_says(estimate), estimate.explanation
    if why is None or np.isnan(said[0]):
        return "Nothing is present, so nothing can be left out."
    present = [m for m in MODALITY_ORDER if estimate.presence[m].present]
    if len(present) == 1:
        return f"Nothing but the {MODALITY_NAMES[present[0]]} is present, so without it nothing could be said."
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
