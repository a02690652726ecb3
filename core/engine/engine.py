"""Starts, stops and describes the threads of one session: capture, speech, inference.

An engine is used once: start it, stop it, then make another. Its verbs belong to the thread that owns it (the
window's); its readings (`status`, `history`, `frame` and so on) may be taken from any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from core.buffers.ring import AudioRing
from core.engine.audio_inlet import SILENT_DBFS, AudioInlet
from core.engine.bystander_guard import BystanderGuard
from core.engine.capture_threads import CaptureThreads
from core.engine.chunk_inlet import ChunkInlet
from core.engine.device_thread import CAMERA, MICROPHONE
from core.engine.estimate_publisher import EstimatePublisher
from core.engine.factories import EngineFactories, Sources
from core.engine.guarded_face_finder import GuardedFaceFinder, GuardReporter
from core.engine.history import History, RecentWords
from core.engine.hop_schedule import HopSchedule
from core.engine.inference_thread import InferenceThread
from core.engine.model_controls import ModelControls
from core.engine.muted_stretches import MutedStretches
from core.engine.observers import Observers
from core.engine.playback_thread import PlaybackProgress
from core.engine.privacy_gates import FeatureGate, MediaGate, WordGate
from core.engine.run_control import RunControl
from core.engine.session_clock import SessionClock
from core.engine.session_log import SessionLog
from core.engine.session_options import SessionOptions
from core.engine.speech_thread import SpeechThread
from core.engine.status_store import EngineHooks, StatusStore
from core.engine.thread_supervisor import run_supervised
from core.engine.word_publisher import WordPublisher
from core.faults import FaultInjector
from core.lab.sync_run import SyncRun
from core.loudspeaker import LoudspeakerGuard
from core.session.availability import Availability
from core.session.factories import thread_count
from core.session.session import Intake, Session
from core.session_observer import SessionObserver
from core.settings import Settings
from core.speech.base import Recognizer
from core.speech.listener import Listener
from core.status import DeviceState, EngineStatus, RunState
from core.types import (
    Correction,
    Event,
    Modality,
    Reason,
    Sighting,
    Speaker,
    VideoFrame,
    Word,
)

if TYPE_CHECKING:
    from core.lab.inlets import MarkerInlets

STOP_WITHIN_S = 2.0
REFERENCE_S = 10.0
"""So much of what the computer plays is kept, in memory and nowhere else."""
SPEAKS_NOW_S = 0.5
"""Who spoke for most of this time is shown as the one who speaks now."""


class Engine:
    """One session. Without `sources`, camera and microphone are those that the settings name.

    `observers` receive the session step by step. `clock`: the session clock, where an observer needs it before.
    """

    def __init__(
        self,
        settings: Settings,
        sources: Sources | None = None,
        hooks: EngineHooks | None = None,
        factories: EngineFactories | None = None,
        options: SessionOptions | None = None,
        observers: Sequence[SessionObserver] = (),
        clock: SessionClock | None = None,
    ) -> None:
        self._settings, self._options = settings, options or SessionOptions()
        self._factories, self._injector = factories or EngineFactories(), FaultInjector()
        self._control = RunControl(clock or SessionClock())
        self._clock = self._control.clock
        self._playback, self._availability = PlaybackProgress(), Availability()
        self._muted_words = MutedStretches()
        self._observers = Observers(observers, self._report_error)
        self._session_log = SessionLog(self._clock, self._observers.entry)
        status = EngineStatus(hop_s=settings.window.hop_s, threads=thread_count(settings.model.threads))
        self._status_store = StatusStore(status, hooks or EngineHooks(), self._session_log)
        self._intake, self._transcript = Intake(), RecentWords()
        self._reference = AudioRing(REFERENCE_S)
        medium = sources is not None and sources.medium is not None
        self._audio_inlet = self._make_audio_inlet(float("inf") if medium else settings.capture.zeros_are_muted_after_s)
        self.history = History(settings.screen.history_s)
        self.sync = SyncRun(self._clock)
        """The sync test of this session."""
        guard = BystanderGuard()
        self._word_gate = WordGate(guard, self._release_words, self._observers.correction)
        self._media_gate = MediaGate(guard, self._observers.chunk, self._options.records)
        self._capture = self._make_capture(sources)
        self._guard = GuardReporter(guard, self._capture.expects_picture, self._status_store, self._session_log)
        self._publisher = EstimatePublisher(
            self._options,
            self.history,
            self._observers,
            FeatureGate(guard, settings.window),
            self._word_gate,
            self._status_store,
            self._session_log,
        )
        self._inference = self._make_inference()
        self._speech = self._make_speech()
        self.model_controls = ModelControls(
            self._inference.commands,
            self._injector,
            self._publisher.calibrate,
            self._status_store,
            self._session_log,
        )
        """What may be changed about the model and its input while it runs."""
        self._bodies: dict[str, Callable[[], None]] = {
            "inference": self._inference.run,
            **self._capture.bodies,
        }
        if settings.speech.recognizer == "off":
            self._status_store.update(recognizer="switched off")
            self._availability.set("text", "recognizer", Reason.NO_RECOGNIZER)
        else:
            self._bodies["speech"] = self._speech.run
        self._threads: list[Thread] = []
        self._inlets = self._make_inlets() if settings.lab.inlets else None
        self._ending, self._ended, self._running = Lock(), False, set(self._bodies)

    # --- verbs -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start every thread; returns at once. The state changes from STARTING to LIVE when the model is open."""
        if self._threads or self._control.stop.is_set():
            return
        self._status_store.set_state(RunState.STARTING)
        if self._capture.is_live:
            self._clock.run()
        self._threads = [
            Thread(target=self._run_thread, args=(name, body), name=f"engine-{name}", daemon=True)
            for name, body in self._bodies.items()
        ]
        for thread in self._threads:
            if self._control.stop.is_set():  # the window was closed meanwhile
                return
            thread.start()
        if self._inlets:
            self._inlets.start()

    def stop(self) -> list[str]:
        """Stop every thread and release every device within 2 s, then end the observers, which may take 2 s more.

        Returns the names of threads that did not end. May be called again, and before `start`.
        """
        self._status_store.measure_end()
        self._control.stop.set()
        self._capture.wake()
        until_s = monotonic() + STOP_WITHIN_S
        lab = self._inlets.stop() if self._inlets else []
        for thread in self._threads:
            if thread.ident is not None:  # else a start that is still under way has not come to it, and will not
                thread.join(max(until_s - monotonic(), 0.0))
        self._clock.hold()
        self._reference.clear()
        self._status_store.set_state(RunState.STOPPED)
        left = self._end_observers()
        alive = [thread.name for thread in self._threads if thread.is_alive()]
        return [*alive, *lab, *self._capture.leftovers(), *left]

    def pause(self) -> None:
        """Hold the session clock and release camera and microphone; only while LIVE."""
        if self._status_store.set_state(RunState.PAUSED, only_from=(RunState.LIVE,)):
            self._control.pause()
            self._capture.wake()

    def resume(self) -> None:
        """Continue after `pause`."""
        if self._status_store.set_state(RunState.LIVE, only_from=(RunState.PAUSED,)):
            self._control.resume()
            self._capture.wake()

    def reset(self) -> None:
        """Clear estimates, words and the model's state; the clock and the devices continue."""
        self._speech.reset()
        self._inference.commands.put(self._reset_session)
        self._injector.forget()

    def set_muted(self, modality: Modality, muted: bool) -> None:
        """Switch a modality off or on. "audio" is the voice as evidence only: the level is still shown.

        "text" also stops word recognition: partial words are removed at once, and final words stay. Sound of that time
        is never recognised, also where the recogniser comes to it later.
        """
        if modality == "text":
            self._muted_words.set(muted, self._clock())
        self._availability.set(modality, "user", Reason.MUTED if muted else None)
        if modality == "text" and muted:
            self._transcript.drop_partial()

    def correct(self, made: Correction) -> None:
        """Correct a final word of the transcript: on the screen, and in the session where the word is stored.

        Where it cannot be stored, that is reported and the screen keeps the text from before, so that both agree. The
        text window and the estimates keep what was recognised.
        """
        if self._word_gate.correct(made):
            self._transcript.correct(made.word, made.text)

    def choose_camera(self, name: str) -> None:
        """Use another camera (by name, index, URL; "off" for none). Raises `CaptureError` while a recording plays."""
        self._capture.choose(CAMERA, self._factories.make_camera(name, self._settings.capture))
        self._inference.commands.put(Session.forget_face)

    def choose_microphone(self, name: str) -> None:
        """Use another microphone (by name; "off" for none). Raises `CaptureError` while a recording plays."""
        self._capture.choose(MICROPHONE, self._factories.make_microphone(name))
        self._injector.forget()

    def choose_loudspeaker(self, name: str) -> None:
        """Tell what another loudspeaker plays from the learner's voice (by name; "off": nothing is told apart).

        Raises `CaptureError` while a recording plays.
        """
        self._capture.choose_loudspeaker(self._factories.make_reference(name))

    # --- readings ----------------------------------------------------------------------------------------------

    @property
    def session_log(self) -> SessionLog:
        """Markers, self-reports, activities and events; entries may be added from any thread."""
        return self._session_log

    def now_s(self) -> float:
        """The session clock."""
        return self._clock()

    def status(self) -> EngineStatus:
        """Everything about the engine at this moment."""
        microphone = self._capture.status(MICROPHONE)
        running = microphone.state is DeviceState.RUNNING
        level_dbfs, clipping = self._audio_inlet.level() if running else (SILENT_DBFS, False)
        now_s = self._clock()
        pauses, paused_s = self._clock.pauses()
        return replace(
            self._status_store.snapshot(),
            elapsed_s=now_s,
            pauses=pauses,
            paused_s=paused_s,
            camera=self._capture.status(CAMERA),
            microphone=microphone,
            loudspeaker=self._capture.loudspeaker(),
            speaker=self._speaker() if running else "nobody",
            preview_fps=self._status_store.frame_rate_hz(now_s),
            preview_fps_mean=self._status_store.mean_frame_rate_hz(now_s),
            level_dbfs=level_dbfs,
            clipping=clipping,
            muted=self._availability.muted(),
        )

    def frame(self) -> VideoFrame | None:
        """The newest frame of the running camera or medium."""
        running = self._capture.status(CAMERA).state is DeviceState.RUNNING
        return self._intake.frames.latest() if running else None

    def sighting(self) -> Sighting | None:
        """The newest sighting of a face, or of none; None while the picture is unavailable."""
        return self._inference.sighting

    def transcript(self) -> list[Word]:
        """Words of the last minute: final ones, then partial ones."""
        return list(self._intake.lips.doubted(self._transcript.words()))

    def corrections(self) -> dict[Word, str]:
        """The text by hand of words of the transcript; empty: not said."""
        made = self._transcript.corrections()
        return dict(zip(self._intake.lips.doubted(made), made.values(), strict=True))

    def presence_share(self) -> dict[Modality, float]:
        """Share of the steps in which each modality was present."""
        return self._status_store.presence_share()

    def rss_mb(self) -> tuple[float, float]:
        """Memory of this process and its children in MB: at the first step, and now or when it was stopped."""
        return self._status_store.rss_mb()

    # --- parts -------------------------------------------------------------------------------------------------

    def _make_capture(self, sources: Sources | None) -> CaptureThreads:
        settings = self._settings.capture
        if sources is None:
            sources = Sources(
                self._factories.make_camera(settings.camera, settings),
                self._factories.make_microphone(settings.microphone),
                loudspeaker=self._factories.make_reference(settings.loudspeaker),
            )
        inlet = ChunkInlet(
            self._intake.frames,
            self._audio_inlet,
            self._reference,
            self.sync,
            self._media_gate,
            self._injector,
            self._status_store,
        )
        return CaptureThreads(
            sources,
            inlet,
            settings.retry_s,
            self._playback,
            self._control,
            self._status_store,
            self._availability,
        )

    def _make_audio_inlet(self, zeros_after_s: float) -> AudioInlet:
        def on_zeros(lasting: bool) -> None:
            self._availability.set("audio", "signal", Reason.MICROPHONE_ZEROS if lasting else None)

        guard = LoudspeakerGuard(self._reference, self._intake.voices, self._report_error)
        return AudioInlet(self._intake.audio, guard, zeros_after_s, on_zeros)

    def _make_inference(self) -> InferenceThread:
        schedule = HopSchedule(
            self._settings.window, self._intake, self._clock, self._playback, self._availability, self._reference
        )
        return InferenceThread(
            self._open_session,
            schedule,
            self._guard,
            self._publisher,
            self._control,
            self._status_store,
        )

    def _make_speech(self) -> SpeechThread:
        words = WordPublisher(
            self._intake.words,
            self._intake.voices,
            self._transcript,
            self._word_gate,
            self._injector,
            self._status_store,
        )
        return SpeechThread(
            lambda: self._factories.open_recognizer(
                self._settings.speech, self._control.stop.is_set, self._status_store.report_error
            ),
            self._listen,
            words,
            self._playback,
            self._control,
            self._status_store,
            self._availability,
        )

    def _listen(self, recognizer: Recognizer) -> Listener:
        return Listener(recognizer, self._intake.audio, is_live=True, was_muted=self._muted_words.overlap)

    def _make_inlets(self) -> MarkerInlets:
        from core.lab.inlets import MarkerInlets

        return MarkerInlets(self._session_log.add, self._clock, self._status_store.report_error)

    def _speaker(self) -> Speaker:
        now_s = self._intake.audio.end_s
        return self._intake.voices.speaker(now_s - SPEAKS_NOW_S, now_s)

    # --- on the engine's threads -------------------------------------------------------------------------------

    def _open_session(self) -> Session:
        model, features = self._factories.open_model(self._settings.model)
        self._status_store.update(
            profile=model.profile,
            checkpoint_sha256=model.sha256,
            device=model.device,
            model_languages=features.languages,
        )
        self._publisher.begin(model)
        finder = GuardedFaceFinder(self._factories.open_finder(), self._guard.see)
        session = Session(model, features, finder, self._settings.window, self._intake, self._availability)
        session.reset(self._clock())
        return session

    def _reset_session(self, session: Session) -> None:
        session.reset(self._clock())
        self._reference.clear()
        self.history.clear()
        self._session_log.add(Event(session.last_end_s, "reset", "The session was reset."))

    def _run_thread(self, name: str, body: Callable[[], None]) -> None:
        run_supervised(name, body, self._fail)
        with self._ending:
            self._running.discard(name)
            over = not self._running and self._playback.ended_s is not None and not self._control.stop.is_set()
        if over:  # a recording was played to its end: the session is complete without `stop`
            self._end_observers()

    def _release_words(self, words: Sequence[Word]) -> None:
        """Words may be stored: by now it is known whether the lips were still while they were said."""
        self._observers.words(self._intake.lips.doubted(words))

    def _report_error(self, sentence: str) -> None:
        self._status_store.report_error(sentence)

    def _fail(self, sentence: str) -> None:
        self._control.stop.set()
        self._status_store.report_error(sentence)
        self._status_store.set_state(RunState.STOPPED)

    def _end_observers(self) -> list[str]:
        """Once, after the last step: release the last words and media, then report. Names of threads left over."""
        with self._ending:
            if self._ended:
                return []
            self._ended = True
        self._word_gate.flush()
        self._media_gate.flush()
        report = self._options.make_report(self.status(), self._publisher.hops, self.sync.report)
        return self._observers.end(report)
