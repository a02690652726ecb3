"""The data that the page's script draws: columns as small integers in base64, everything else as plain JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS
from core.review.moment_context import MomentContext
from core.step_columns import REASONS
from core.store.stored_session import StoredSession
from core.types import MODALITIES, STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.review.summary import SessionSummary

SCALE, MISSING = 10_000, 65_535
_ORDER = [MODALITIES.index(modality) for modality in MODALITY_ORDER]
"""The page stacks modalities in the order of the screen."""
_MOMENTS = ("note", "nudge")
"""Activities without a duration, drawn as markers."""


def embedded(session: StoredSession, summary: SessionSummary) -> str:
    """JSON for use inside a script element: no text in it can end the element."""
    text = json.dumps(_table(session, summary), separators=(",", ":"), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _table(session: StoredSession, summary: SessionSummary) -> dict[str, Any]:
    steps = session.steps
    words = sorted(session.words, key=attrgetter("start_s"))
    return {
        "hop": session.facts.hop_s,
        "duration": session.line.duration_s,
        "states": [
            {"name": state, "color": STATE_LOOKS[state].color, "dashes": STATE_LOOKS[state].dashes} for state in STATES
        ],
        "modalities": [{"name": MODALITY_NAMES[m], "color": MODALITY_COLORS[m]} for m in MODALITY_ORDER],
        "reasons_said": [reason.value for reason in REASONS],
        "t": _packed(steps.t_s, "<f4"),
        "p": _packed(_shares(steps.probabilities), "<u2"),
        "w": _packed(_shares(steps.weights[:, _ORDER]), "<u2"),
        "present": _packed((steps.present[:, _ORDER] << np.arange(len(_ORDER))).sum(axis=1), "u1"),
        "abstains": _packed(steps.abstains, "i1"),
        "reasons": _packed(steps.reasons[:, _ORDER], "i1"),
        "stretches": [
            [round(one.start_s, 2), round(one.end_s, 2), -1 if one.state is None else STATES.index(one.state)]
            for one in summary.stretches
        ],
        "words": [word.text for word in words],
        "word_times": [round(word.start_s, 2) for word in words],
        "markers": sorted([*([mark.t_s, mark.label] for mark in session.markers), *_notes(session)]),
        "reports": [[report.t_s, report.state] for report in session.reports],
        "activities": _activities(session),
    }


def _activities(session: StoredSession) -> list[list[Any]]:
    """Each change of activity: its time and the new activity."""
    context = MomentContext((), session.activities)
    found = [[at_s, context.activity(at_s)] for at_s in sorted({entry.t_s for entry in session.activities})]
    return [entry for before, entry in zip([[0.0, ""], *found], found, strict=False) if entry[1] != before[1]]


def _notes(session: StoredSession) -> list[list[Any]]:
    return [[entry.t_s, f"{entry.kind}: {entry.text}"] for entry in session.activities if entry.kind in _MOMENTS]


def _shares(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(np.isnan(values), np.float32(MISSING), np.rint(values * SCALE))


def _packed(values: NDArray[Any], kind: str) -> str:
    return b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode("ascii")
