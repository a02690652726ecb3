"""Starts, stops and describes the threads of one session: capture, speech, inference.

An engine lives once: start it, stop it, then make another. Its verbs are for the thread that owns it (the window's);
what it shows (`status`, `history`, `frame` and so on) may be read from any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from core.engine.audio_inlet import SILENT_DBFS, loudness
from core.engine.capture_threads import CaptureThreads
from core.engine.device_thread import CAMERA, MICROPHONE
from core.engine.factories import EngineFactories, Sources
from core.engine.history import History, Latest, RecentWords
from core.engine.inference_thread import InferenceThread
from core.engine.model_controls import ModelControls
from core.engine.session_log import SessionLog
from core.engine.session_options import SessionOptions
from core.engine.shared_state import share
from core.engine.speech_thread import SpeechThread
from core.engine.status_store import EngineHooks
from core.engine.thread_supervisor import ThreadSupervisor
from core.lab.sync_run import SyncRun
from core.session.factories import thread_count
from core.session.session import Intake, Session
from core.settings import Settings
from core.status import DeviceState, EngineStatus, RunState
from core.types import (
    Estimate,
    Modality,
    Reason,
    Sighting,
    VideoFrame,
    Word,
)

if TYPE_CHECKING:
    from core.lab.inlets import MarkerInlets

STOP_WITHIN_S = 2.0


class Engine:
    """One session. Without `sources`, camera and microphone are those that the settings name."""

    def __init__(
        self,
        settings: Settings,
        sources: Sources | None = None,
        hooks: EngineHooks | None = None,
        parts: EngineFactories | None = None,
        session_options: SessionOptions | None = None,
    ) -> None:
        self._settings, self._session_options = settings, session_options or SessionOptions()
        self._parts = parts or EngineFactories()
        status = EngineStatus(hop_s=settings.window.hop_s, threads=thread_count(settings.model.threads))
        self._shared = share(self._session_options, status, hooks or EngineHooks())
        self._signals, self._availability = self._shared.signals, self._shared.availability
        self._status_store, self._session_log = self._shared.status_store, self._shared.session_log
        self._intake, self._transcript = Intake(), RecentWords()
        self.history = History(settings.screen.history_s)
        self.sync = SyncRun(self._signals.clock)
        """The sync test of this session."""
        self._capture = CaptureThreads(settings.capture, self._parts, sources, self._intake, self._shared, self.sync)
        self._inference = InferenceThread(
            settings, self._parts, self._intake, self.history, self._shared, self._capture.expects_picture
        )
        self._speech = SpeechThread(settings.speech, self._parts, self._intake, self._transcript, self._shared)
        self.tuning = ModelControls(self._inference, self._shared)
        """What may be changed about the model while it runs."""
        self._bodies: dict[str, Callable[[], None]] = {
            "inference": self._inference.run,
            "speech": self._speech.run,
            **self._capture.bodies,
        }
        self._threads: list[Thread] = []
        self._inlets = self._marker_inlets() if settings.lab.inlets else None
        self._ending, self._ended, self._at_work = Lock(), False, set(self._bodies)

    # --- verbs -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start every thread; returns at once. The state goes from STARTING to LIVE when the model is there."""
        if self._threads:
            return
        self._status_store.state(RunState.STARTING)
        if self._capture.is_live:
            self._signals.clock.run()
        self._threads = [
            Thread(target=self._watched, args=(name, body), name=f"engine-{name}", daemon=True)
            for name, body in self._bodies.items()
        ]
        for thread in self._threads:
            thread.start()
        if self._inlets:
            self._inlets.start()

    def stop(self) -> list[str]:
        """Stop every thread and release every device, within 2 s, then let the followers end, who have as long again.

        Returns the names of threads that did not end. May be called again, and before `start`.
        """
        self._status_store.measure_end()
        self._signals.stop.set()
        self._capture.wake()
        until_s = monotonic() + STOP_WITHIN_S
        lab = self._inlets.stop() if self._inlets else []
        for thread in self._threads:
            thread.join(max(until_s - monotonic(), 0.0))
        self._signals.clock.hold()
        self._status_store.state(RunState.STOPPED)
        left = self._end_company()
        alive = [thread.name for thread in self._threads if thread.is_alive()]
        return [*alive, *lab, *self._capture.leftovers(), *left]

    def pause(self) -> None:
        """Let the session clock stand and release camera and microphone; only while LIVE."""
        if self._status_store.state(RunState.PAUSED, only_from=(RunState.LIVE,)):
            self._signals.paused.set()
            self._signals.clock.hold()
            self._capture.wake()

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._status_store.state(RunState.LIVE, only_from=(RunState.PAUSED,)):
            self._signals.clock.run()
            self._signals.paused.clear()
            self._capture.wake()

    def reset(self) -> None:
        """Forget estimates, words and all that the model remembers; the clock and the devices go on."""
        self._speech.ask_reset()
        self._inference.ask_reset()
        self._session_options.injector.forget()

    def set_muted(self, modality: Modality, muted: bool) -> None:
        """Switch a modality off or on. "audio" is the voice as evidence only: its level goes on being shown.

        "text" also stops word recognition: what may still change is dropped at once, and final words stay.
        """
        self._availability.say(modality, "user", Reason.MUTED if muted else None)
        if modality == "text" and muted:
            self._transcript.drop_partial()

    def choose_camera(self, name: str) -> None:
        """Go on with another camera (by name, index, URL; "off" for none)."""
        self._capture.choose(CAMERA, self._parts.make_camera(name, self._settings.capture))
        self._inference.ask(Session.forget_face)

    def choose_microphone(self, name: str) -> None:
        """Go on with another microphone (by name; "off" for none)."""
        self._capture.choose(MICROPHONE, self._parts.make_microphone(name))
        self._session_options.injector.forget()

    @property
    def session_log(self) -> SessionLog:
        """Markers, own reports and what was done: to be told of, and read by the screen."""
        return self._session_log

    def now_s(self) -> float:
        """The session clock."""
        return self._signals.clock()

    # --- what it shows -----------------------------------------------------------------------------------------

    def status(self) -> EngineStatus:
        """Everything about the engine at this moment."""
        microphone = self._capture.status(MICROPHONE)
        heard = microphone.state is DeviceState.RUNNING
        level_dbfs, clipping = loudness(self._intake.audio) if heard else (SILENT_DBFS, False)
        now_s = self._signals.clock()
        pauses, paused_s = self._signals.clock.pauses()
        return replace(
            self._status_store.snapshot(),
            elapsed_s=now_s,
            pauses=pauses,
            paused_s=paused_s,
            camera=self._capture.status(CAMERA),
            microphone=microphone,
            preview_fps=self._status_store.frame_rate_hz(now_s),
            preview_fps_mean=self._status_store.mean_frame_rate_hz(now_s),
            level_dbfs=level_dbfs,
            clipping=clipping,
            muted=self._availability.muted(),
        )

    @property
    def estimates(self) -> Latest[Estimate]:
        """The newest estimate, and how many there were."""
        return self._inference.estimates

    @property
    def hops(self) -> list[float]:
        """End times of the hops that were stepped since the last reset."""
        return self._inference.hops

    @property
    def looked(self) -> list[float]:
        """Times of the frames that were looked at since the last reset."""
        return self._inference.looked

    def frame(self) -> VideoFrame | None:
        """The newest picture; None while no camera gives any."""
        return self._intake.frames.latest() if self._capture.is_running(CAMERA) else None

    def sighting(self) -> Sighting | None:
        """The newest glance at a face."""
        return self._inference.sighting

    def transcript(self) -> list[Word]:
        """Words of the last minute: final ones, then those that may still change."""
        return self._transcript.words()

    def presence_share(self) -> dict[Modality, float]:
        """Share of the steps in which each modality took part."""
        return self._status_store.presence_share()

    def rss_mb(self) -> tuple[float, float]:
        """Memory of this process and those it started: at the first step, and now or when it was stopped."""
        return self._status_store.rss_mb()

    # --- inside ------------------------------------------------------------------------------------------------

    def _marker_inlets(self) -> MarkerInlets:
        from core.lab.inlets import MarkerInlets

        return MarkerInlets(self._session_log.tell, self._signals.clock, self._status_store.error)

    def _end_company(self) -> list[str]:
        """Once, when nobody steps any more: the last words, then the report. Names of followers' threads left over."""
        with self._ending:
            if self._ended:
                return []
            self._ended = True
        self._shared.gate.release(float("inf"))
        self._shared.media_gate.end()
        return self._shared.observers.end(
            self._session_options.closing(self.status(), self._inference.all_hops, self.sync.report)
        )

    def _watched(self, name: str, body: Callable[[], None]) -> None:
        with ThreadSupervisor(name, self._status_store, self._signals.stop.set):
            body()
        with self._ending:
            self._at_work.discard(name)
            through = not self._at_work and self._signals.ended_s is not None and not self._signals.stop.is_set()
        if through:  # a recording is over: nobody has to stop it for the session to be whole
            self._end_company()
