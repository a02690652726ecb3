"""A session as one self-contained HTML page that loads nothing from the network and works in any browser.

The page, its style and its script are in `assets/report`; this fills them in. The page's policy forbids loading.
"""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

from core import paths
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.export import html_data, html_parts
from core.review.summary import summarise
from core.review.text import READ_AS, began, heading
from core.store.stored_session import StoredSession
from core.time_format import clock, duration

_PICTURE, _VOICE, _WORDS = (MODALITY_NAMES[modality] for modality in MODALITY_ORDER)
HOW_READ = (
    "Each curve says how likely one reading of the expressions is, by this model alone; a pale band shows the range "
    "of several steps in one pixel. Hatched: the program named no state. Weights show how much "
    f"{_PICTURE}, {_VOICE} and {_WORDS} counted; the thin bars below them show when each was present. Grey: no step "
    "was computed."
)


def write(session: StoredSession, file: Path) -> None:
    """Write the page."""
    file.write_text(page(session), encoding="utf-8")


def page(session: StoredSession) -> str:
    """The page as text."""
    folder = paths.assets() / "report"
    style, script, frame = (
        (folder / name).read_text(encoding="utf-8") for name in ("page.css", "page.js", "page.html")
    )
    summary = summarise(session)
    return Template(frame).substitute(
        style=style,
        script=script,
        title=html.escape(heading(session.line)),
        subtitle=html.escape(_subtitle(session)),
        disclaimer=READ_AS,
        how_read=HOW_READ,
        plot_label=html.escape(f"Timeline of {duration(session.line.duration_s)}; the tables below say the same"),
        cards=html_parts.cards(summary),
        changes=html_parts.changes(summary),
        transitions=html_parts.transitions(summary),
        entries=html_parts.entries(session),
        not_this=html_parts.not_this(),
        model=html_parts.model(session),
        timing=html_parts.timing(session),
        data=html_data.embedded(session, summary),
    )


def _subtitle(session: StoredSession) -> str:
    line = session.line
    parts = [began(line), clock(line.duration_s), line.input_name]
    if line.participant:
        parts.append(f"participant {line.participant}")
    if line.study_id:
        parts.append(f"study {line.study_id}")
    if not line.complete:
        parts.append("cut off before its end")
    return " · ".join(part for part in (*parts, session.note) if part)
