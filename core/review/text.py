"""Sentences about a session, shared by the command line and the HTML page: short, plain, without blame."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.review.summary import SessionSummary
from core.store.stored_session import SessionLine
from core.time_format import clock, duration
from core.types import STATES

READ_AS = "Estimates how expressions may be read. It can be wrong."
UNDECIDED = "Undecided"
NOT_THIS = (
    "It is not a measurement of feelings, attention, effort, learning or ability.",
    "It is no diagnosis, no mark, and no basis for a decision about a person.",
    "It is not made to compare people, nor for records of a school or an employer about them.",
    "A state that was never named may have been present; one that was named may not.",
    "In the European Union, inferring emotions of people in education institutions and at work from biometric data is "
    "prohibited, except for medical or safety reasons (AI Act, Article 5(1)(f)). This is not legal advice.",
)


def percent(share: float | None) -> str:
    """0.62 → "62 %"; a dash for None and NaN."""
    return "–" if share is None or math.isnan(share) else f"{share * 100:.0f} %"


def name(state: str | None) -> str:
    """The state, or "Undecided"."""
    return state or UNDECIDED


def heading(line: SessionLine) -> str:
    """A session's display name: its title, its input or its id."""
    return line.title or line.input_name or line.id


def began(line: SessionLine) -> str:
    """ "2026-11-20 10:15 UTC"."""
    return f"{line.started_utc[:16].replace('T', ' ')} UTC" if line.started_utc else "unknown"


def lines(summary: SessionSummary) -> list[tuple[str, str]]:
    """A session in a few lines, each a name and a text."""
    shares = ", ".join(f"{state} {duration(summary.seconds[state])}" for state in STATES)
    return [
        ("Estimated", f"{duration(summary.estimated_s)}; may be read as: {shares}"),
        ("Undecided", _undecided(summary)),
        ("Longest stretch", _longest(summary)),
        ("Changes", str(len(summary.changes))),
        ("Present", took_part(summary)),
        ("Own reports", ", ".join(f"{report.state} at {clock(report.t_s)}" for report in summary.reports) or "none"),
        ("Markers", ", ".join(f"{mark.label} at {clock(mark.t_s)}" for mark in summary.markers) or "none"),
    ]


def took_part(summary: SessionSummary) -> str:
    """How often each modality was present, and its mean weight."""
    return "; ".join(
        f"{MODALITY_NAMES[m]} {percent(summary.presence[m])} of the time, mean weight {percent(summary.weights[m])}"
        for m in MODALITY_ORDER
    )


def flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested values as rows of a name and a text: {"audio": {"drift_ppm": 4.2}} → ("audio · drift_ppm", "4.2")."""
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        what = f"{before} · {key}" if before else str(key)
        rows += flat(value, what) if isinstance(value, Mapping) else [(what, _value(value))]
    return rows


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _undecided(summary: SessionSummary) -> str:
    reasons = ", ".join(f"{reason.value} {duration(seconds)}" for reason, seconds in summary.undecided.items())
    share = f"{percent(summary.undecided_share)} of the time"
    return f"{share} ({reasons})" if reasons else share


def _longest(summary: SessionSummary) -> str:
    one = summary.longest
    return f"{one.state} for {duration(one.seconds)} from {clock(one.start_s)}" if one else "no state was named"
