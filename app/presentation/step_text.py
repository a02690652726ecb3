"""One step in words, from columns of steps: the tooltips and labels of Live, Explain and Review. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.presentation.text import percent, shorten
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.types import MODALITIES, STATES, Modality, Word

LONGEST_WORDS = 40
"""Characters of a step's words that a tooltip shows."""


def state_text(steps: StepColumns, index: int) -> str:
    """The state that the step names: "Curious", "Undecided — evidence is weak"."""
    code, row = int(steps.abstains[index]), steps.probabilities[index]
    if code != NO_REASON:
        return f"Undecided — {REASONS[code].value}"
    return "Undecided — no evidence" if np.isnan(row[0]) else STATES[int(row.argmax())]


def probability_texts(steps: StepColumns, index: int) -> list[str]:
    """Each state with its probability, the most probable first; none where nothing was present."""
    row = steps.probabilities[index]
    return (
        [] if np.isnan(row[0]) else [f"{STATES[k]} {percent(float(row[k]))}" for k in np.argsort(-row, kind="stable")]
    )


def weight_text(steps: StepColumns, index: int, modality: Modality) -> str:
    """A weight with its 95 % band where that is visible, or why it is absent: "picture 62 % (55 to 70)".

    A modality that is there but doubtful says so: "voice 30 % (20 to 41), doubtful: lips are still".
    """
    name, place = MODALITY_NAMES[modality], MODALITIES.index(modality)
    code = int(steps.reasons[index, place])
    if not steps.present[index, place]:
        return f"{name}: {REASONS[code].value if code != NO_REASON else 'absent'}"
    low, high = (round(100 * float(band[index, place])) for band in (steps.weight_low, steps.weight_high))
    value = f"{name} {percent(float(steps.weights[index, place]))}"
    banded = f"{value} ({low} to {high})" if low < high else value
    return f"{banded}, doubtful: {REASONS[code].value}" if code != NO_REASON else banded


def weight_texts(steps: StepColumns, index: int) -> list[str]:
    """`weight_text` of each modality, in screen order."""
    return [weight_text(steps, index, modality) for modality in MODALITY_ORDER]


def step_lines(steps: StepColumns, index: int, now_s: float, words: Iterable[Word]) -> list[str]:
    """Everything about a step that hovering shows, one line each."""
    probabilities = probability_texts(steps, index)
    lines = [
        f"{now_s - float(steps.t_s[index]):.1f} s ago · {state_text(steps, index)}",
        " · ".join(probabilities[:2]),
        " · ".join(probabilities[2:]),
        " · ".join(weight_texts(steps, index)),
    ]
    spoken = " ".join(word.text for word in words)
    if spoken:
        lines.append(f"“{shorten(spoken, LONGEST_WORDS)}”")
    return [line for line in lines if line]
