"""Everything that the timeline of a stored session shows, prepared once when the session is opened. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.review.timeline.columns import TimelineColumns, timeline_columns
from app.review.timeline.event_text import event_text
from app.review.timeline.influence import Influence, influence
from core.focus import activity_blocks
from core.focus.activity_blocks import ActivityBlock
from core.review.moment_context import MomentContext
from core.store.stored_session import StoredSession
from core.types import SelfReport

_TITLES = {"note": "Note", "nudge": "Hint"}


@dataclass(frozen=True, slots=True)
class TimelineNote:
    """A moment with a text: a marker, an event, a note or a hint. `kind` is "marker" or another one."""

    t_s: float
    kind: str
    text: str


Moment = SelfReport | TimelineNote


@dataclass(frozen=True, slots=True, eq=False)
class TimelineData:
    """A stored session with what its timeline derives from it; `influence` is None where no step is explained."""

    session: StoredSession
    context: MomentContext
    columns: TimelineColumns
    blocks: Sequence[ActivityBlock]
    notes: Sequence[TimelineNote]
    influence: Influence | None

    @property
    def end_s(self) -> float:
        """The end of the time axis: the session's duration, or its last step where that is later."""
        return _end_s(self.session, self.columns)


def timeline_data(session: StoredSession) -> TimelineData:
    """Prepares a session for its timeline; takes tens of milliseconds for a long one, so run it in a job."""
    columns = timeline_columns(session.steps, session.facts.hop_s)
    context = MomentContext(session.words, session.activities)
    blocks = _blocks(session, context, _end_s(session, columns))
    return TimelineData(session, context, columns, blocks, _notes(session), influence(session.steps))


def _end_s(session: StoredSession, columns: TimelineColumns) -> float:
    return max(session.line.duration_s, float(columns.t_s[-1]) if len(columns.t_s) else 0.0)


def _blocks(session: StoredSession, context: MomentContext, end_s: float) -> list[ActivityBlock]:
    """Stretches of work and of breaks up to `end_s`, each with its task's name and the state of the timer."""
    return [
        replace(block, text=context.activity(block.start_s))
        for block in activity_blocks.blocks(session.activities, end_s)
    ]


def _notes(session: StoredSession) -> list[TimelineNote]:
    """Markers, events, notes and hints, oldest first."""
    found = [TimelineNote(m.t_s, "marker", m.label) for m in session.markers]
    found += [TimelineNote(e.t_s, e.kind, event_text(e)) for e in session.events]
    found += [
        TimelineNote(a.t_s, a.kind, f"{_TITLES[a.kind]}: {a.text}" if a.text else _TITLES[a.kind])
        for a in activity_blocks.notes(session.activities)
    ]
    return sorted(found, key=lambda note: note.t_s)
