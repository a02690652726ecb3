"""What is kept of sessions, and where: decided in one place from purpose, input and settings. No Qt.

Self and Research keep sessions of devices and recordings on this machine. The drawn learner's are nobody's: they are
kept in a folder that goes when the window closes, so that Review has something to show. Demo keeps nothing else.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.session.input import SessionInput
from core import paths
from core.errors import SettingsError
from core.reporting.versions import versions
from core.settings import Settings, StoreSettings
from core.status import EngineStatus, RunState
from core.study.gate import StudyGate, load_gate
from core.types import InputKind

if TYPE_CHECKING:
    from core.capture.source import Clock
    from core.engine import SessionOptions
    from core.self_report.personal_calibration import PersonalCalibration
    from core.session_observer import SessionFacts, SessionObserver
    from core.store.recorder import SessionRecorder
    from core.store.session_library import SessionLibrary

KEEPING_STATES = (RunState.LIVE, RunState.PAUSED, RunState.ENDED)
Say = Callable[[str], None]


class StoragePolicy:
    """One per window. `participant` is the pseudonym of Research, chosen before each of its sessions."""

    def __init__(self) -> None:
        self.participant = ""
        self.recorder: SessionRecorder | None = None
        self._drawn: Path | None = None
        self._kept: StoredParts | None = None

    # --- where -------------------------------------------------------------------------------------------------

    def library(self, source: SessionInput) -> SessionLibrary:
        """The stored sessions that belong to this kind of input."""
        from core.store.session_library import SessionLibrary

        return SessionLibrary(self.folder(source))

    def folder(self, source: SessionInput) -> Path:
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

    def words(self, settings: Settings, source: SessionInput, status: EngineStatus) -> tuple[str, bool]:
        """What is being kept, for the status bar, and whether all is well with that.

        Of a session: as it was when it began, whatever is chosen for the next one.
        """
        running = status.state in KEEPING_STATES
        now = self._kept if running and self._kept else StoredParts(kept(settings, source), source.kind)
        if not now.wishes.sessions:
            return "nothing stored", True
        if running and self.recorder is not None and self.recorder.problem:
            return self.recorder.problem, False
        if running and status.guard:
            return f"kept: estimates ({status.guard}: no more than that)", True
        return now.words, True

    def records(self, status: EngineStatus) -> bool:
        """Whether picture and sound themselves are being kept."""
        return status.state in KEEPING_STATES and self._kept is not None and self._kept.wishes.media

    # --- a session ---------------------------------------------------------------------------------------------

    def session_options(self, settings: Settings, source: SessionInput, say: Say) -> SessionOptions:
        """Options of the next session."""
        from core.engine import SessionOptions
        from core.reporting.session_timing import timing_report

        wishes = kept(settings, source)
        return SessionOptions(
            facts=self._facts(settings, source),
            personal=own_calibration(settings, source, say),
            keeps_encoders=wishes.features,
            records=wishes.media,
            make_report=timing_report,
        )

    def observers(self, settings: Settings, source: SessionInput, clock: Clock, say: Say) -> list[SessionObserver]:
        """Observers of the next session: the recorder if it is stored, and the lab's streams if they are on."""
        wishes = kept(settings, source)
        self._kept = StoredParts(wishes, source.kind)
        self.recorder = self._recorder(wishes, source, say) if wishes.sessions else None
        observers: list[SessionObserver] = [self.recorder] if self.recorder else []
        if settings.lab.outlets:
            from core.lab.outlets import LslOutlets

            observers.append(LslOutlets(clock))
        return observers

    def _recorder(self, wishes: StoreSettings, source: SessionInput, say: Say) -> SessionRecorder:
        from core.store.recorder import SessionRecorder

        return SessionRecorder(self.folder(source), wishes, say)

    def _facts(self, settings: Settings, source: SessionInput) -> SessionFacts:
        from core.session_observer import SessionFacts
        from core.store.layout import new_id

        now = datetime.now(UTC)
        gate = load_gate() if settings.purpose == "research" else StudyGate()
        return SessionFacts(
            id=new_id(now),
            started_utc=now.isoformat(timespec="milliseconds"),
            purpose=settings.purpose,
            participant="" if source.kind == "demo" or settings.purpose != "research" else self.participant,
            study_id=gate.study_id,
            keep_until=gate.retention_date,  # one's own sessions go by the setting as it is when there is tidying
            input_kind=source.kind,
            input_name=source.words,
            settings=plain_values(settings),
            versions=versions(),
        )


@dataclass(frozen=True, slots=True)
class StoredParts:
    """What is kept of one session, and what it is fed from."""

    wishes: StoreSettings
    kind: InputKind

    @property
    def words(self) -> str:
        """For the status bar."""
        parts = ["estimates", *(name for name in ("words", "features") if getattr(self.wishes, name))]
        if self.wishes.media:
            parts.append("picture and sound")
        until = " until you close the window" if self.kind == "demo" else ""
        return f"kept: {', '.join(parts)}{until}"


def plain_values(settings: Settings) -> dict[str, Any]:
    """All settings as they may be kept with a session: a camera's address without its password."""
    from core.capture.devices import without_password

    camera = settings.capture.camera
    shown = without_password(camera) if "://" in camera else camera
    return asdict(replace(settings, capture=replace(settings.capture, camera=shown)))


def kept(settings: Settings, source: SessionInput) -> StoreSettings:
    """What is kept of a session with this input; nothing at all where `sessions` is off in it."""
    wishes = settings.store
    if source.kind == "demo":
        return replace(wishes, words=True, features=True, media=False)
    recorded = source.file is not None and _lies_in(source.file, paths.sessions())
    if settings.purpose not in ("self", "research") or not wishes.sessions or recorded:
        return StoreSettings(sessions=False)  # what was recorded is not kept a second time
    return wishes


@lru_cache(maxsize=8)
def _lies_in(file: Path, folder: Path) -> bool:
    """Looked up once: the status bar asks five times a second."""
    return file.resolve().is_relative_to(folder.resolve())


def own_calibration(settings: Settings, source: SessionInput, say: Say) -> PersonalCalibration | None:
    """The calibration from own reports: for one's own live sessions, and nobody else's."""
    from core.self_report.personal_calibration import load

    if settings.purpose != "self" or source.kind != "devices":
        return None
    try:
        return load()
    except SettingsError as error:
        say(str(error))
        return None
