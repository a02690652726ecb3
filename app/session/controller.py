"""What the user can do, apart from how it looks: begin, pause, end, choose, remember. The window shows the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.presentation.text import LIVE_DEMO
from app.session import permissions
from app.session.device_list import DeviceList
from app.session.engine_host import EngineHost, EngineSignals, MakeEngine
from app.session.input import SessionInput
from app.session.job_queue import Tidying
from app.session.learner_actions import LearnerActions
from app.session.model_controls import LiveModelControls
from app.session.participants import Participants
from app.session.prerequisites import Prerequisite, device_check, model_check, model_problem, words_check
from app.session.storage_policy import StoragePolicy, own_calibration
from app.session.word_model_download import WordModelDownload
from core.errors import MonitorError, sentence
from core.settings import Settings, changed, remember
from core.status import RunState
from core.study.gate import StudyGate, save_gate
from core.types import Modality

HELPER_ENDS_WITHIN_S = 0.5
"""A download or a look at the devices that is not through by then is left behind."""


class SessionController(QObject):
    """One per window. Owns the settings, the choice of input, and the helpers that own threads."""

    changed = Signal()
    """Settings, input, devices or word models are not what they were."""
    said = Signal(str)
    """A sentence that may go away by itself."""
    session_failed = Signal(str)
    """Why a session ended that nobody stopped, or could not begin."""
    who_asked = Signal()
    """A participant has to be chosen before the session may begin: `start_for`."""

    def __init__(
        self,
        settings: Settings,
        source: SessionInput,
        make: MakeEngine,
        engine_signals: EngineSignals,
        storage: StoragePolicy | None = None,
    ) -> None:
        super().__init__()
        self.settings, self.input, self.engine_signals = settings, source, engine_signals
        self.storage = storage or StoragePolicy()
        self.study = Participants(self.storage)
        self.learner, self.model_controls, self.tidying = LearnerActions(self), LiveModelControls(self), Tidying(self)
        self.engine_host = EngineHost(make, self)
        self.watch = DeviceList(self)
        self.fetch = WordModelDownload(self)
        self._muted: set[Modality] = set()
        self._begin_again = False
        self._error = ""
        self.leftover: list[str] = []
        self.watch.listed.connect(self.changed)
        self.fetch.over.connect(self.changed)
        self.fetch.said.connect(self.said)
        self.watch.said.connect(self.said)
        self.tidying.said.connect(self.said)
        self.engine_host.failed.connect(self._on_failed)
        self.engine_host.started.connect(self._on_started)
        self.engine_host.stopped.connect(self._on_stopped)
        engine_signals.error.connect(self._on_error)
        engine_signals.state_changed.connect(self._on_state)

    # --- a session ---------------------------------------------------------------------------------------------

    @Slot()
    def start_or_pause(self) -> None:
        """What the big button and the space bar do."""
        engine, state = self.engine_host.engine, self.engine_host.status().state
        if engine is None:
            self.start()
        elif state is RunState.LIVE:
            engine.pause()
        elif state is RunState.PAUSED:
            engine.resume()
        elif state in (RunState.ENDED, RunState.STOPPED):
            self._begin_again = True
            self.engine_host.stop()

    @Slot()
    def start(self) -> None:
        """Begin a session, as soon as it is known whose it is."""
        if self.study.asks_who(self.settings, self.input):
            self.who_asked.emit()
        else:
            self._begin()

    def start_for(self, participant: str) -> None:
        """Begin a session of Research with somebody who agreed."""
        problem = self.study.choose(participant)
        if problem:
            self.session_failed.emit(problem)
        else:
            self._begin()

    def _begin(self) -> None:
        """Devices are only opened after the system has allowed it."""
        self.watch.hold(True)
        self._error = ""
        if self.input.kind != "devices":
            self.engine_host.start(self.settings, self.input)
            return
        if self.settings.purpose == "demo":
            self.said.emit(LIVE_DEMO)
        capture = self.settings.capture
        wanted = [kind for kind in permissions.KINDS if getattr(capture, kind) != "off"]
        permissions.ask(wanted, self, self._start_allowed)

    def _start_allowed(self, denied: list[str]) -> None:
        if denied:
            self.said.emit(permissions.denied_line(denied))
        capture = replace(self.settings.capture, **dict.fromkeys(denied, "off"))
        self.engine_host.start(replace(self.settings, capture=capture), self.input)

    @Slot()
    def stop(self) -> None:
        """End the session."""
        self.engine_host.stop()

    @Slot()
    def reset(self) -> None:
        """Forget what was seen and heard so far."""
        if self.engine_host.engine is not None:
            self.engine_host.engine.reset()

    def mute(self, modality: Modality, muted: bool) -> None:
        """Switch a modality off or on, now and in sessions to come."""
        (self._muted.add if muted else self._muted.discard)(modality)
        if self.engine_host.engine is not None:
            self.engine_host.engine.set_muted(modality, muted)

    @Slot()
    def _on_started(self) -> None:
        for modality in self._muted:
            self.engine_host.engine.set_muted(modality, True)
        self.learner.begin(self.engine_host.engine, self.settings)
        self.model_controls.begin(self.engine_host.engine)

    @Slot()
    def _on_stopped(self) -> None:
        self.learner.end()
        self.model_controls.end()
        self.watch.hold(False)
        if self._begin_again:
            self._begin_again = False
            self.start()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.watch.hold(False)
        self.session_failed.emit(sentence)

    @Slot(str)
    def _on_error(self, sentence: str) -> None:
        self._error = sentence
        self.said.emit(sentence)

    @Slot(object)
    def _on_state(self, state: RunState) -> None:
        if state is RunState.STOPPED and self.engine_host.engine is not None and not self.engine_host.busy:
            self.engine_host.stop()
            if self._error:
                self.session_failed.emit(self._error)

    # --- choices -----------------------------------------------------------------------------------------------

    def choose_input(self, kind: str) -> None:
        """Devices or the drawn learner, for the next session."""
        self.input = SessionInput(kind)
        self.changed.emit()

    def choose_purpose(self, key: str, gate: StudyGate | None) -> None:
        """Keep the purpose; Research keeps its gate as well."""
        if gate is not None:
            self._keep(lambda: save_gate(gate))
        self._remember("", purpose=key)
        self.choose_input("demo" if key == "demo" else "devices")

    def wish(self, group: str, field: str, value: object) -> None:
        """A setting was changed on the page; devices are changed in a running session too."""
        self._remember(group, **{field: value})
        engine = self.engine_host.engine
        if engine is not None and self.input.kind == "devices" and group == "capture":
            choose = engine.choose_camera if field == "camera" else engine.choose_microphone
            permissions.ask([field] if value != "off" else [], self, lambda denied: denied or choose(value))
        self.learner.choose(self.settings)
        self.changed.emit()

    def _remember(self, group: str, **values: object) -> None:
        self.settings = changed(self.settings, group, values)
        self._keep(lambda: remember(group, **values))

    def _keep(self, save: Callable[[], None]) -> None:
        try:
            save()
        except (MonitorError, OSError) as error:
            self.said.emit(f"This holds until you close the window, but could not be kept. {sentence(error)}")

    # --- what is there -----------------------------------------------------------------------------------------

    def checks(self) -> list[Prerequisite]:
        """The readiness list for the input that is chosen."""
        capture, found = self.settings.capture, []
        if self.input.kind == "devices":
            found = [
                device_check("camera", self.watch.cameras, capture.camera),
                device_check("microphone", self.watch.microphones, capture.microphone),
            ]
        words = words_check(self.fetch.recognizers(), self.fetch.missing_mb(), self.fetch.host)
        return [*found, words, model_check(model_problem(self.settings.model))]

    @Slot(object)
    def replay(self, file: Path) -> None:
        """Play what was recorded of a session."""
        if self.engine_host.engine is not None:
            self.said.emit("A session is running. Stop it first, then play the recording.")
            return
        self.input = SessionInput("file", file)
        self.changed.emit()
        self.start()

    @Slot()
    def calibrate(self) -> None:
        """The calibration from own reports was made, changed or undone: a running session takes it up."""
        engine = self.engine_host.engine
        if engine is not None:
            engine.tuning.calibrate(own_calibration(self.settings, self.input, self.said.emit))

    def close(self) -> list[str]:
        """End everything that owns a thread, the devices first; names of threads that would not end."""
        self.fetch.cancel()
        self.leftover = self.engine_host.close()
        self.leftover += self.fetch.close(HELPER_ENDS_WITHIN_S) + self.watch.close(HELPER_ENDS_WITHIN_S)
        self.leftover += self.tidying.close(HELPER_ENDS_WITHIN_S)
        self.learner.end()
        self.model_controls.end()
        self.storage.close()
        return self.leftover
