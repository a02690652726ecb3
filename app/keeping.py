"""What is kept of sessions, and where: decided in one place from purpose, input and settings. No Qt.

Self and Research keep sessions of devices and recordings on this machine. The drawn learner's are nobody's: they are
kept in a folder that goes when the window closes, so that Review has something to show. Demo keeps nothing else.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.choice import Input
from core import paths
from core.errors import SettingsError
from core.settings import Settings, StoreSettings
from core.status import EngineStatus, RunState
from core.study.gate import Gate, load_gate
from core.versions import versions

if TYPE_CHECKING:
    from core.engine import Company
    from core.followers import Follower, SessionFacts
    from core.own.personal import Personal
    from core.store.recorder import Recorder
    from core.store.shelf import Shelf

KEEPING_STATES = (RunState.LIVE, RunState.PAUSED, RunState.ENDED)
Say = Callable[[str], None]


class Keeping:
    """One per window. `participant` is the pseudonym of Research, chosen before each of its sessions."""

    def __init__(self) -> None:
        self.participant = ""
        self.recorder: Recorder | None = None
        self._drawn: Path | None = None

    # --- where -------------------------------------------------------------------------------------------------

    def shelf(self, source: Input) -> Shelf:
        """The stored sessions that belong to this kind of input."""
        from core.store.shelf import Shelf

        return Shelf(self.folder(source))

    def folder(self, source: Input) -> Path:
        """Where its sessions lie."""
        if source.kind != "demo":
            return paths.sessions()
        if self._drawn is None:
            self._drawn = Path(tempfile.mkdtemp(prefix="edu-emotionnet-"))
        return self._drawn

    def close(self) -> None:
        """Erase what was only kept while the window was open."""
        if self._drawn is not None:
            shutil.rmtree(self._drawn, ignore_errors=True)
            self._drawn = None

    def words(self, settings: Settings, source: Input, status: EngineStatus) -> tuple[str, bool]:
        """What is being kept, for the status bar, and whether all is well with that."""
        wishes, running = kept(settings, source), status.state in KEEPING_STATES
        if not wishes.sessions:
            return "nothing stored", True
        if running and self.recorder is not None and self.recorder.problem:
            return self.recorder.problem, False
        if running and status.guard:
            return f"paused: {status.guard}", True
        parts = ["estimates", *(name for name in ("words", "features") if getattr(wishes, name))]
        if wishes.media:
            parts.append("picture and sound")
        until = " until you close the window" if source.kind == "demo" else ""
        return f"kept: {', '.join(parts)}{until}", True

    # --- a session ---------------------------------------------------------------------------------------------

    def company(self, settings: Settings, source: Input, say: Say) -> Company:
        """Who goes along with the next session."""
        from core.engine import Company
        from core.engine.clock import SessionClock
        from core.lab.timing import timing_report

        clock, wishes = SessionClock(), kept(settings, source)
        self.recorder = self._recorder(wishes, source, say) if wishes.sessions else None
        followers: list[Follower] = [self.recorder] if self.recorder else []
        if settings.lab.outlets:
            from core.lab.outlets import LslOutlets

            followers.append(LslOutlets(clock))
        return Company(
            facts=self._facts(settings, source),
            followers=tuple(followers),
            personal=own_calibration(settings, source, say),
            keeps_encoders=wishes.features,
            closing=timing_report,
            clock=clock,
        )

    def _recorder(self, wishes: StoreSettings, source: Input, say: Say) -> Recorder:
        from core.store.recorder import Recorder

        return Recorder(self.folder(source), wishes, say)

    def _facts(self, settings: Settings, source: Input) -> SessionFacts:
        from core.followers import SessionFacts
        from core.store.place import new_id

        now = datetime.now(UTC)
        gate = load_gate() if settings.purpose == "research" else Gate()
        return SessionFacts(
            id=new_id(now),
            started_utc=now.isoformat(timespec="milliseconds"),
            purpose=settings.purpose,
            participant=self.participant if settings.purpose == "research" else "",
            study_id=gate.study_id,
            keep_until=gate.retention_date or keep_until(settings.store.keep_days, now.date()),
            input_kind=source.kind,
            input_name=source.words,
            settings=asdict(settings),
            versions=versions(),
        )


def kept(settings: Settings, source: Input) -> StoreSettings:
    """What is kept of a session with this input; nothing at all where `sessions` is off in it."""
    wishes = settings.store
    if source.kind == "demo":
        return replace(wishes, words=True, features=True, media=False)
    recorded = source.file is not None and source.file.is_relative_to(paths.sessions())
    if settings.purpose not in ("self", "research") or not wishes.sessions or recorded:
        return StoreSettings(sessions=False)  # what was recorded is not kept a second time
    return wishes


def keep_until(days: int, today: date) -> str:
    """The last day of keeping, ISO; empty for no end."""
    return (today + timedelta(days=days)).isoformat() if days else ""


def own_calibration(settings: Settings, source: Input, say: Say) -> Personal | None:
    """The calibration from own reports: for one's own live sessions, and nobody else's."""
    from core.own.personal import load

    if settings.purpose != "self" or source.kind != "devices":
        return None
    try:
        return load()
    except SettingsError as error:
        say(str(error))
        return None
