"""One moment of a stored session in words: the timeline's readout. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.presentation.step_text import weight_texts
from app.presentation.text import percent, shorten
from app.review.timeline.data import Moment, TimelineNote
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.review.moment_context import MomentContext
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.time_format import clock
from core.types import MODALITIES, STATES

WORDS_WITHIN_S = 4.0
"""How far before and after the moment its words are shown."""
_LONGEST = 150


@dataclass(frozen=True, slots=True)
class StepReadout:
    """One line each, which may be empty. `context`: the task and the words around the moment."""

    headline: str
    probabilities: str
    weights: str
    explanation: str
    context: str

    @property
    def lines(self) -> list[str]:
        """The lines that are not empty."""
        return [
            line for line in (self.headline, self.probabilities, self.weights, self.explanation, self.context) if line
        ]


def read_out(steps: StepColumns, index: int, context: MomentContext, marks: Sequence[Moment]) -> StepReadout:
    """Reads step `index`; `marks` are the moments near it."""
    row = steps.probabilities[index]
    t_s = float(steps.t_s[index])
    activity = context.activity(t_s)
    words = context.words(t_s, WORDS_WITHIN_S)
    return StepReadout(
        " · ".join((clock(t_s), _state_text(steps, index), *(_mark(mark) for mark in marks))),
        "nothing was present" if np.isnan(row[0]) else " · ".join(shares(row)),
        " · ".join(weight_texts(steps, index)),
        explanation_text(steps, index),
        " · ".join(part for part in (activity, f"“{shorten(words, _LONGEST)}”" if words else "") if part),
    )


def shares(row: np.ndarray) -> list[str]:
    """Lists each state with its probability."""
    return [f"{name} {percent(float(value))}" for name, value in zip(STATES, row, strict=True)]


def at_time(steps: StepColumns, t_s: float) -> str:
    """The state named by the step at exactly `t_s`, with its probability; a dash where there is no step."""
    index = int(np.searchsorted(steps.t_s, t_s))
    if index == len(steps) or steps.t_s[index] != t_s:
        return "–"
    row = steps.probabilities[index]
    return _state_text(steps, index) + ("" if np.isnan(row[0]) else f" {percent(float(row.max()))}")


def explanation_text(steps: StepColumns, index: int) -> str:
    """Leave-one-out, the effect of feedback and the strongest attention; empty where the step is not explained."""
    row, parts = steps.plain[index], []
    if np.isnan(row[0]):
        return ""
    leading = int(row.argmax())
    for modality in MODALITY_ORDER:
        value = float(steps.without[index, MODALITIES.index(modality), leading])
        if not np.isnan(value):
            parts.append(f"{MODALITY_NAMES[modality]} {percent(value)}")
    parts = [f"without {', '.join(parts)}"] if parts else []
    evidence = steps.evidence[index]
    if not np.isnan(evidence[0]):
        effect = round(100 * float(row[leading] - evidence[leading]))
        parts.append(f"feedback {effect:+d} points".replace("-", "−"))
    attention = _strongest_attention(steps, index)
    parts += [attention] if attention else []
    return f"{STATES[leading]}: {' · '.join(parts)}" if parts else ""


def _strongest_attention(steps: StepColumns, index: int) -> str:
    """The strongest of the six directed pairs."""
    told = steps.told[index]
    if np.isnan(told).all():
        return ""
    others = np.where(np.eye(3, dtype=bool), -1.0, np.nan_to_num(told, nan=-1.0))
    query, source = np.unravel_index(int(others.argmax()), others.shape)
    names = [MODALITY_NAMES[m] for m in MODALITIES]
    return f"{names[query]} attends most to {names[source]} ({percent(float(others[query, source]))})"


def _state_text(steps: StepColumns, index: int) -> str:
    reason = int(steps.abstains[index])
    if reason != NO_REASON:
        return f"Undecided — {REASONS[reason].value}"
    row = steps.probabilities[index]
    return "Undecided" if np.isnan(row[0]) else STATES[int(row.argmax())]


def _mark(mark: Moment) -> str:
    return mark.text if isinstance(mark, TimelineNote) else f"you reported {mark.state}"
