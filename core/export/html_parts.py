"""The static parts of the page: cards and tables. All text of a session is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from core import __version__
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS
from core.review.summary import SessionSummary
from core.review.text import NOT_THIS, flat, name, percent
from core.store.stored_session import StoredSession
from core.time_format import clock, duration
from core.types import STATES

_SWATCH = (
    '<svg width="28" height="10" aria-hidden="true"><line x1="0" y1="5" x2="28" y2="5" stroke="{color}" '
    'stroke-width="3" stroke-dasharray="{dashes}"/></svg>'
)
_SQUARE = '<svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" fill="{color}"/></svg>'
_NONE = '<p class="quiet">None.</p>'


def cards(summary: SessionSummary) -> str:
    """Cards: time by state, undecided time and reasons, the longest stretch, presence and weights."""
    longest = summary.longest
    return "\n".join(
        (
            _card("Estimated · may be read as", duration(summary.estimated_s), _states(summary)),
            _card("Undecided", percent(summary.undecided_share), _reasons(summary)),
            _card("Longest stretch", duration(longest.seconds) if longest else "–", _longest(summary)),
            _card("Present · mean weight", "", _modalities(summary)),
        )
    )


def changes(summary: SessionSummary) -> str:
    """A row for every change; a click shows it in the timeline."""
    rows = (
        f'<tr data-t="{change.t_s:.1f}" tabindex="0"><td>{clock(change.t_s)}</td>'
        f"<td>{name(change.before)} → {name(change.after)}</td><td>{escape(change.words)}</td>"
        f"<td>{escape(change.activity)}</td></tr>"
        for change in summary.changes
    )
    return _scrolling(("at", "change", "words within 5 s", "doing"), rows) if summary.changes else _NONE


def transitions(summary: SessionSummary) -> str:
    """The 4 × 4 counts of state changes."""
    head = "".join(f'<th scope="col" class="number">{state}</th>' for state in STATES)
    rows = "".join(
        f'<tr><th scope="row">{state}</th>'
        + "".join(f'<td class="number">{int(count)}</td>' for count in summary.transitions[place])
        + "</tr>"
        for place, state in enumerate(STATES)
    )
    return (
        '<p class="quiet">From the row to the column; on the diagonal, undecided in between.</p>'
        f"<table><tr><td></td>{head}</tr>{rows}</table>"
    )


def entries(session: StoredSession) -> str:
    """Markers, self-reports and activities, in the order of time."""
    found = sorted(
        [
            *((mark.t_s, "marker", mark.label, mark.origin) for mark in session.markers),
            *((report.t_s, "own report", report.state, report.origin) for report in session.reports),
            *((done.t_s, done.kind, done.text, "") for done in session.activities),
        ]
    )
    rows = (
        f'<tr data-t="{at_s:.1f}" tabindex="0"><td>{clock(at_s)}</td><td>{escape(what)}</td><td>{escape(text)}</td>'
        f"<td>{escape(origin)}</td></tr>"
        for at_s, what, text, origin in found
    )
    return _scrolling(("at", "what", "", "by"), rows) if found else _NONE


def not_this() -> str:
    """What the page must not be used for."""
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in NOT_THIS)}</ul>"


def model(session: StoredSession) -> str:
    """The session and the model that made the estimates."""
    facts = session.facts
    rows = [
        ("session", session.line.id),
        ("purpose", facts.purpose),
        ("profile", facts.profile),
        ("checkpoint (SHA-256)", facts.checkpoint_sha256 or "random weights: the estimates mean nothing"),
        ("encoders", facts.encoders),
        ("device", facts.device),
        ("a step every", f"{facts.hop_s:g} s"),
        *flat(facts.versions),
        ("this report by", f"Edu-EmotionNet Learner Monitor {__version__}"),
    ]
    return _pairs(rows)


def timing(session: StoredSession) -> str:
    """The stored timing report."""
    missing = '<p class="quiet">None: the session was cut off before its end.</p>'
    return _pairs(flat(session.timing)) if session.timing else missing


def _states(summary: SessionSummary) -> str:
    return _rows(
        (
            _SWATCH.format(
                color=STATE_LOOKS[state].color, dashes=" ".join(f"{3 * x:g}" for x in STATE_LOOKS[state].dashes)
            )
            + state,
            duration(summary.seconds[state]),
        )
        for state in STATES
    )


def _reasons(summary: SessionSummary) -> str:
    return _rows((escape(reason.value), duration(seconds)) for reason, seconds in summary.undecided.items())


def _longest(summary: SessionSummary) -> str:
    one = summary.longest
    when = f"{one.state}, {clock(one.start_s)} to {clock(one.end_s)}" if one else "No state was named."
    counts = (("changes that held", len(summary.changes)), ("own reports", len(summary.reports)))
    return f"<p>{when}</p>{_rows((what, str(count)) for what, count in counts)}"


def _modalities(summary: SessionSummary) -> str:
    return _rows(
        (
            _SQUARE.format(color=MODALITY_COLORS[m]) + MODALITY_NAMES[m],
            f"{percent(summary.presence[m])} · {percent(summary.weights[m])}",
        )
        for m in MODALITY_ORDER
    )


def _card(title: str, figure: str, inner: str) -> str:
    large = f'<p class="figure">{escape(figure)}</p>' if figure else ""
    return f'<div class="card"><h2>{escape(title)}</h2>{large}{inner}</div>'


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    """A small table of cells that are already HTML."""
    inside = "".join(f'<tr><td>{what}</td><td class="number">{value}</td></tr>' for what, value in rows)
    return f"<table>{inside}</table>"


def _pairs(rows: Sequence[tuple[str, str]]) -> str:
    inside = "".join(f"<tr><td>{escape(what)}</td><td>{escape(value)}</td></tr>" for what, value in rows if value)
    return f"<table>{inside}</table>"


def _scrolling(head: Sequence[str], rows: Iterable[str]) -> str:
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    return f'<div class="scroll"><table class="wide"><tr>{titles}</tr>{"".join(rows)}</table></div>'
