"""Text of the Explain page: a sentence under each plot, and one for every number. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.explain.data import AttentionSummary
from app.presentation.series import Array
from app.presentation.text import LITTLE, absence_text, percent
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.types import MODALITIES, STATES, Estimate, Explanation, Modality, model_says

SMALLEST_PUSH = 0.01
"""A share of the probability below which feedback counts as not having changed a step."""
NO_BREAK = "\u00a0"
"""A space at which no line ends."""


def moved(before: Array, after: Array) -> float:
    """Total variation between two distributions: the share of the probability that lies elsewhere, 0 to 1."""
    return float(np.abs(np.asarray(after) - np.asarray(before)).sum() / 2)


def pair_line(shown: AttentionSummary, to: Modality, source: Modality) -> str:
    """What modality `to` takes from modality `source`, for a tooltip."""
    a, b = MODALITIES.index(to), MODALITIES.index(source)
    if shown.absence[to]:
        return f"The {MODALITY_NAMES[to]} takes nothing now: {shown.absence[to]}."
    line = f"For the {MODALITY_NAMES[to]}, {percent(float(shown.shares[a, b]))} comes from the {MODALITY_NAMES[source]}"
    attention = shown.attention[a, b]
    if attention.sum() <= 0:
        return f"{line}."
    ago = float((np.arange(attention.size)[::-1] * attention).sum() / attention.sum()) * shown.hop_s
    return f"{line}, on average from {ago:.1f} s ago."


def node_line(shown: AttentionSummary, modality: Modality) -> str:
    """One modality of the map, for a tooltip."""
    if shown.absence[modality]:
        return f"Absent: {shown.absence[modality]}."
    place, name = MODALITIES.index(modality), MODALITY_NAMES[modality]
    share = percent(float(shown.shares[place, place]))
    return f"For the {name}, {share} comes from the {name} itself (the ring), the rest from the others."


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOut:
    """One row of the bars: `shares` (4,), NaN where no modality is left; `away`: why it is absent anyway, or ""."""

    name: str
    shares: Array
    away: str
    tip: str


def leave_one_out(estimate: Estimate | None) -> list[LeaveOneOut]:
    """All modalities, then without each of them in screen order; empty where nothing is present or explained."""
    explained = _explained(estimate)
    if estimate is None or explained is None:
        return []
    said, why = explained
    rows = [LeaveOneOut("all together", said, "", f"All together: {_shares(said)}.")]
    for modality in MODALITY_ORDER:
        other = why.without[MODALITIES.index(modality)]
        away = absence_text(estimate.presence[modality])
        tip = _leave_one_out_tip(modality, said, other, away)
        rows.append(LeaveOneOut(f"without {MODALITY_NAMES[modality]}", other, away, tip))
    return rows


def _explained(estimate: Estimate | None) -> tuple[Array, Explanation] | None:
    """The model's probabilities and their explanation; None where nothing is present or explained."""
    if estimate is None or estimate.explanation is None:
        return None
    said = model_says(estimate)
    return None if np.isnan(said[0]) else (said, estimate.explanation)


def _leave_one_out_tip(modality: Modality, said: Array, other: Array, away: str) -> str:
    the = f"the {MODALITY_NAMES[modality]}"
    if away:
        return f"Absent already ({away}), so leaving out {the} changes little or nothing."
    if np.isnan(other[0]):
        return f"Without {the} nothing would be present."
    return (
        f"Without {the} from the start: {_shares(other)}. That moves {percent(moved(said, other))} of the probability."
    )


def _shares(shares: Array) -> str:
    return ", ".join(f"{state} {percent(float(shares[k]))}" for k, state in enumerate(STATES))


@dataclass(frozen=True, slots=True, eq=False)
class FeedbackEffect:
    """What feedback did to a step: probabilities (4,) without it (`evidence`) and with it (`result`); a tip a state."""

    evidence: Array
    result: Array
    tips: tuple[str, ...]


def feedback_effect(estimate: Estimate | None) -> FeedbackEffect | None:
    """The effect on a step; None where nothing is present or explained."""
    explained = _explained(estimate)
    if explained is None:
        return None
    said, why = explained
    tips = tuple(
        f"{state}: {percent(float(why.evidence[k]))} without feedback, {percent(float(said[k]))} with it. "
        f"The previous result was {percent(float(why.feedback[k]))}."
        for k, state in enumerate(STATES)
    )
    return FeedbackEffect(why.evidence, said, tips)


def leave_one_out_line(estimate: Estimate) -> str:
    """The modality that matters most in an explained step, in a sentence."""
    explained = _explained(estimate)
    if explained is None:
        return "Nothing is present, so nothing can be left out."
    said, why = explained
    present = [m for m in MODALITY_ORDER if estimate.presence[m].present]
    if len(present) == 1:
        return f"Only the {MODALITY_NAMES[present[0]]} is present; without it there would be no estimate."
    change = {m: moved(said, why.without[MODALITIES.index(m)]) for m in present}
    most = max(change, key=lambda m: change[m])
    leading, other = int(said.argmax()), why.without[MODALITIES.index(most)]
    if change[most] < LITTLE:
        return f"Leaving out any one of them changes little: the estimate would still be {STATES[leading]}."
    result = int(other.argmax())
    still = "still " if result == leading else ""
    return (
        f"Without the {MODALITY_NAMES[most]} the estimate would {still}be {STATES[result]}, "
        f"{percent(float(other[result])).replace(' ', NO_BREAK)}."
    )


def feedback_line(estimate: Estimate) -> str:
    """How far feedback moved an explained step, in a sentence."""
    explained = _explained(estimate)
    if explained is None:
        return "Nothing is present, so feedback has nothing to change."
    said, why = explained
    push = moved(why.evidence, said)
    if push < SMALLEST_PUSH:
        return "Feedback did not change this step."
    towards = STATES[int(np.argmax(said - why.evidence))]
    return f"Feedback moved {percent(push)} of this step's probability, most of it towards {towards}."
