"""The thread of the model: glances between hops, one step at each hop's end, and nothing that waits for it.

Owns the session, the model and all that they remember. Late by n hops it jumps n, and they are counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from math import isinf
from queue import Empty, SimpleQueue

from core.engine.factories import EngineFactories
from core.engine.guarded_face_finder import GuardedFaceFinder
from core.engine.history import History, Latest
from core.engine.shared_state import Shared
from core.self_report.personal_calibration import PersonalCalibration
from core.session.protocols import LoadedModel
from core.session.session import Intake, Session
from core.settings import Settings
from core.status import RunState
from core.types import MODALITIES, Estimate, Event, Sighting

_NAP_S = 0.03
"""Longest sleep between two looks at clock, frames and requests."""
_SHORTEST_NAP_S = 0.01
SOUND_WAITED_FOR_S = 0.3
"""How long after a hop's end its step waits at most for sound of the hop: PortAudio may hold back 0.2 s of it."""

CALIBRATED, PLAIN = "Probabilities are calibrated by own reports.", "Probabilities are as the model says them."


class InferenceThread:
    """`run` is the body of the thread; the rest may be called from others."""

    def __init__(
        self,
        settings: Settings,
        parts: EngineFactories,
        intake: Intake,
        history: History,
        shared: Shared,
        expects_picture: Callable[[], bool],
    ) -> None:
        self._settings, self._parts = settings, parts
        self._intake, self._history = intake, history
        self._signals, self._status_store, self._availability = shared.signals, shared.status_store, shared.availability
        self._session_options, self._session_log, self._guard, self._gate = (
            shared.session_options,
            shared.session_log,
            shared.guard,
            shared.gate,
        )
        self._observers, self._expects_picture = shared.observers, expects_picture
        self._stepped = array("d")
        self._personal: PersonalCalibration | None = None
        self._sha256 = ""
        self._asked: SimpleQueue[Callable[[Session], object]] = SimpleQueue()
        self._session: Session | None = None
        self.estimates: Latest[Estimate] = Latest()

    @property
    def sighting(self) -> Sighting | None:
        """The newest glance."""
        return self._session.sighting if self._session else None

    @property
    def hops(self) -> list[float]:
        """End times that were stepped since the last reset."""
        return self._session.hops if self._session else []

    @property
    def all_hops(self) -> list[float]:
        """End times that were stepped in the whole session."""
        return list(self._stepped)

    @property
    def looked(self) -> list[float]:
        """Times of the frames that were looked at since the last reset."""
        return self._session.looked if self._session else []

    def ask(self, request: Callable[[Session], object]) -> None:
        """Have something done to the session before the next step, such as `Session.forget_face`."""
        self._asked.put(request)

    def ask_reset(self) -> None:
        """Have the session forgotten before the next step."""
        self.ask(self._reset)

    def run(self) -> None:
        """Open the model, then step hop after hop until stopped or until a medium is through."""
        session = self._begin()
        while not self._signals.stop.is_set() and not self._through(session):
            self._answer(session)
            end_s = self._due(session)
            if end_s is not None:
                self._step(session, end_s)
            elif not session.glance(self._signals.clock()):
                self._rest(session)

    def _begin(self) -> Session:
        model, features = self._parts.open_model(self._settings.model)
        self._status_store.note(profile=model.profile, checkpoint_sha256=model.sha256, device=model.device)
        self._introduce(model)
        self._lookout = GuardedFaceFinder(self._parts.open_finder(), self._guard, self._status_store, self._session_log)
        session = Session(model, features, self._lookout, self._settings.window, self._intake)
        session.reset(self._signals.clock())
        self._session = session
        self._signals.ready.set()
        self._status_store.state(RunState.LIVE, only_from=(RunState.STARTING,))
        return session

    def _introduce(self, model: LoadedModel) -> None:
        """Tell the followers what this session is."""
        self._sha256 = model.sha256
        facts = replace(
            self._session_options.facts,
            profile=model.profile,
            checkpoint_sha256=model.sha256,
            encoders=model.encoders if self._session_options.keeps_encoders else "",
            device=model.device,
            hop_s=self._settings.window.hop_s,
        )
        self._observers.begin(facts)
        self.calibrate(self._session_options.personal)

    def calibrate(self, personal: PersonalCalibration | None) -> None:
        """Apply this calibration from now on, if it was made for this model. On this thread."""
        fitting = personal if personal is not None and personal.fits(self._sha256) else None
        if fitting != self._personal:
            self._personal = fitting
            self._session_log.happened("personal", CALIBRATED if fitting else PLAIN)

    def _answer(self, session: Session) -> None:
        """Do what was asked for."""
        try:
            while True:
                self._asked.get_nowait()(session)
        except Empty:
            return

    def _through(self, session: Session) -> bool:
        ended_s = self._signals.ended_s
        through = ended_s is not None and session.next_end_s > session.grid.last_end_s(ended_s)
        if through:
            self._signals.clock.hold()
            self._status_store.state(RunState.ENDED, only_from=(RunState.LIVE, RunState.PAUSED))
        return through

    def _reset(self, session: Session) -> None:
        session.reset(self._signals.clock())
        self._history.clear()
        self._session_log.tell(Event(session.last_end_s, "reset", "What was seen and heard was forgotten."))

    def _due(self, session: Session) -> float | None:
        now_s = self._signals.clock()
        return session.due_end_s(min(now_s - self._settings.window.settle_s, self._there_s(session, now_s)))

    def _there_s(self, session: Session, now_s: float) -> float:
        """Up to when everything has come that will come in time."""
        if self._signals.ended_s is not None:
            return session.grid.last_end_s(self._signals.ended_s)
        if not self._sound_is_live():
            return self._signals.played_s
        return max(self._intake.audio.end_s, now_s - SOUND_WAITED_FOR_S)

    def _sound_is_live(self) -> bool:
        """Whether a microphone is being heard, which may hand its sound over late; a medium never does."""
        return isinf(self._signals.played_s) and self._availability.reason("audio") is None

    def _late_sound_s(self, end_s: float) -> float:
        """Seconds of the hop's sound that have not come, though a microphone is being heard."""
        heard_s = self._intake.audio.end_s
        if not self._sound_is_live() or isinf(heard_s):
            return 0.0
        return min(max(end_s - heard_s, 0.0), self._settings.window.hop_s)

    def _rest(self, session: Session) -> None:
        next_s = session.next_end_s + self._settings.window.settle_s - self._signals.clock()
        self._intake.frames.wait_beyond(self._intake.frames.written, min(max(next_s, _SHORTEST_NAP_S), _NAP_S))

    def _step(self, session: Session, end_s: float) -> None:
        for modality in MODALITIES:
            session.set_unavailable(modality, self._availability.reason(modality))
        skipped_before = session.skipped
        late_s = self._late_sound_s(end_s)
        self._lookout.attend(self._expects_picture(), end_s)
        estimate = session.step(end_s)
        if self._personal is not None:
            estimate = self._personal.apply(estimate)
        self._status_store.stepped(estimate, session.skipped - skipped_before, late_s)
        self._history.add(estimate)
        self.estimates.put(estimate)
        self._stepped.append(end_s)
        self._observers.step(self._of_the_learner(estimate))
        self._gate.release(end_s)

    def _of_the_learner(self, estimate: Estimate) -> Estimate:
        """The estimate as it may be kept: without encoder vectors of a time in which somebody else may be in them.

        A second face is noticed up to half a second late; what was encoded until then stays.
        """
        window = self._settings.window
        reach_s = {"visual": window.hop_s, "audio": window.audio_s, "text": window.words_s}
        kept = {
            modality: vector
            for modality, vector in estimate.features.items()
            if not self._guard.was_raised(estimate.t_s - reach_s[modality])
        }
        return estimate if len(kept) == len(estimate.features) else replace(estimate, features=kept)
