"""Decides what is stored of a session, and where, from purpose, input and settings. No Qt.

Self and Research store sessions of devices and recordings on this machine. The drawn learner's sessions belong to no
person: they are stored until the window closes, so that Review has something to show. Demo stores nothing else.
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

STORING_STATES = (RunState.LIVE, RunState.PAUSED, RunState.ENDED)
Notify = Callable[[str], None]


class StoragePolicy:
    """One per window. `participant` is the pseudonym for Research, chosen before each of its sessions."""

    def __init__(self) -> None:
        self.participant = ""
        self.recorder: SessionRecorder | None = None
        self._drawn: Path | None = None
        self._stored: StoredParts | None = None

    # --- where -------------------------------------------------------------------------------------------------

    def library(self, source: SessionInput) -> SessionLibrary:
        """The stored sessions that belong to this kind of input."""
        from core.store.session_library import SessionLibrary

        return SessionLibrary(self.folder(source))

    def folder(self, source: SessionInput) -> Path:
        """The folder of the sessions with this kind of input."""
        if source.kind != "demo":
            return paths.sessions()
        if self._drawn is None:
            self._drawn = Path(tempfile.mkdtemp(prefix="edu-emotionnet-"))
        return self._drawn

    def close(self) -> None:
        """Erases the drawn learner's sessions."""
        if self._drawn is not None:
            shutil.rmtree(self._drawn, ignore_errors=True)
            self._drawn = None

    def summary(self, settings: Settings, source: SessionInput, status: EngineStatus) -> tuple[str, bool]:
        """What is being stored, for the status bar, and whether that works.

        During a session this is what was chosen when it began; changed settings apply to the next one.
        """
        running = status.state in STORING_STATES
        now = self._stored if running and self._stored else StoredParts(stored(settings, source), source.kind)
        if not now.store.sessions:
            return "nothing stored", True
        if running and self.recorder is not None and self.recorder.problem:
            return self.recorder.problem, False
        if running and status.guard:
            return f"Saving estimates only: {status.guard}", True
        return now.summary, True

    def stores_words(self, status: EngineStatus) -> bool:
        """Whether recognised words are being stored."""
        store = self._stored.store if self._stored is not None and status.state in STORING_STATES else None
        return store is not None and store.sessions and store.words

    def records_media(self, status: EngineStatus) -> bool:
        """Whether video and audio are being recorded."""
        return status.state in STORING_STATES and self._stored is not None and self._stored.store.media

    # --- a session ---------------------------------------------------------------------------------------------

    def session_options(self, settings: Settings, source: SessionInput, notify: Notify) -> SessionOptions:
        """Options of the next session."""
        from core.engine import SessionOptions
        from core.reporting.session_timing import timing_report

        store = stored(settings, source)
        return SessionOptions(
            facts=self._facts(settings, source),
            personal=personal_calibration(settings, source, notify),
            keeps_encoders=store.features,
            records=store.media,
            make_report=timing_report,
        )

    def observers(
        self, settings: Settings, source: SessionInput, clock: Clock, notify: Notify
    ) -> list[SessionObserver]:
        """Observers of the next session: the recorder if it is stored, and the lab's streams if they are on."""
        store = stored(settings, source)
        self._stored = StoredParts(store, source.kind)
        self.recorder = self._recorder(store, source, notify) if store.sessions else None
        observers: list[SessionObserver] = [self.recorder] if self.recorder else []
        if settings.lab.outlets:
            from core.lab.outlets import LslOutlets

            observers.append(LslOutlets(clock))
        return observers

    def _recorder(self, store: StoreSettings, source: SessionInput, notify: Notify) -> SessionRecorder:
        from core.store.recorder import SessionRecorder

        return SessionRecorder(self.folder(source), store, notify)

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
            keep_until=gate.retention_date,  # of Self, the setting at the time of erasing decides
            input_kind=source.kind,
            input_name=source.words,
            settings=plain_values(settings),
            versions=versions(),
        )


@dataclass(frozen=True, slots=True)
class StoredParts:
    """What is stored of one session, and its kind of input."""

    store: StoreSettings
    kind: InputKind

    @property
    def summary(self) -> str:
        """What is stored, for the status bar."""
        parts = ["estimates", *(name for name in ("words", "features") if getattr(self.store, name))]
        if self.store.media:
            parts.append("picture and sound")
        if self.kind == "demo":
            return "Demo: reviewable until you close the window"
        return f"Saved: {', '.join(parts)}"


def plain_values(settings: Settings) -> dict[str, Any]:
    """All settings as they may be stored with a session: a camera's address without its password."""
    from core.capture.devices import without_password

    camera = settings.capture.camera
    shown = without_password(camera) if "://" in camera else camera
    return asdict(replace(settings, capture=replace(settings.capture, camera=shown)))


def stored(settings: Settings, source: SessionInput) -> StoreSettings:
    """What is stored of a session with this input; nothing if its `sessions` is off."""
    store = settings.store
    if source.kind == "demo":
        return replace(store, words=True, features=True, media=False)
    recorded = source.file is not None and _lies_in(source.file, paths.sessions())
    if settings.purpose not in ("self", "research") or not store.sessions or recorded:
        return StoreSettings(sessions=False)  # a recording of a stored session is not stored again
    return store


@lru_cache(maxsize=8)
def _lies_in(file: Path, folder: Path) -> bool:
    """Cached, because the status bar needs it five times a second."""
    return file.resolve().is_relative_to(folder.resolve())


def personal_calibration(settings: Settings, source: SessionInput, notify: Notify) -> PersonalCalibration | None:
    """The calibration from self-reports; only for live sessions of Self. None without one."""
    from core.self_report.personal_calibration import load

    if settings.purpose != "self" or source.kind != "devices":
        return None
    try:
        return load()
    except SettingsError as error:
        notify(str(error))
        return None
