"""What the user can do, without widgets: start, pause and stop a session, and change inputs and settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.presentation.text import CORRECTED_ON_SCREEN, LIVE_DEMO
from app.session import permissions
from app.session.device_list import DeviceList
from app.session.engine_host import EngineHost, EngineSignals, MakeEngine
from app.session.input import SessionInput
from app.session.jobs import JobRunner
from app.session.learner_actions import LearnerActions
from app.session.model_controls import LiveModelControls
from app.session.participants import Participants
from app.session.prerequisites import (
    Prerequisite,
    device_check,
    headphones_advice,
    model_check,
    model_languages,
    model_problem,
    words_check,
)
from app.session.storage_policy import StoragePolicy, personal_calibration
from app.session.word_model_download import WordModelDownload
from core.errors import MonitorError, sentence
from core.settings import Settings, changed, save_values
from core.speech.languages import language_name, unused_words
from core.status import RunState
from core.study.gate import StudyGate, save_gate
from core.types import InputKind, Modality, Word

EXPIRY_TOPIC = "expiry"


class SessionController(QObject):
    """One per window. Owns the settings, the choice of input, the engine's host and the runner of background jobs."""

    changed = Signal()
    """Settings, input, devices or word models changed."""
    notice = Signal(str)
    """A sentence to show for a few seconds."""
    session_failed = Signal(str)
    """Why a session could not start, or ended without being stopped."""
    participant_needed = Signal()
    """A participant has to be chosen before the session may start: `start_for`."""

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
        self.learner, self.model_controls = LearnerActions(self), LiveModelControls(self)
        self.jobs = JobRunner(self)
        self.engine_host = EngineHost(make, self.jobs, self)
        self.devices = DeviceList(self.jobs, self)
        self.word_model = WordModelDownload(self.jobs, self)
        self._muted: set[Modality] = set()
        self._restarts = self._told_of_correction = False
        self._error = ""
        self.leftover: list[str] = []
        """Names of threads that had not ended when all was closed."""
        self.devices.listed.connect(self.changed)
        self.devices.notice.connect(self.notice)
        self.word_model.ended.connect(self.changed)
        self.word_model.notice.connect(self.notice)
        self.engine_host.failed.connect(self._on_failed)
        self.engine_host.started.connect(self._on_started)
        self.engine_host.stopped.connect(self._on_stopped)
        engine_signals.error.connect(self._on_error)
        engine_signals.state_changed.connect(self._on_state)

    # --- a session ---------------------------------------------------------------------------------------------

    @Slot()
    def start_or_pause(self) -> None:
        """Starts, pauses or resumes a session: the header's button and the space bar."""
        engine, state = self.engine_host.engine, self.engine_host.status().state
        if engine is None:
            self.start()
        elif state is RunState.LIVE:
            engine.pause()
        elif state is RunState.PAUSED:
            engine.resume()
        elif state in (RunState.ENDED, RunState.STOPPED):
            self._restarts = True
            self.engine_host.stop()

    @Slot()
    def start(self) -> None:
        """Starts a session; one of Research needs a participant first."""
        if self.study.needs_participant(self.settings, self.input):
            self.participant_needed.emit()
        else:
            self._begin()

    def start_for(self, participant: str) -> None:
        """Starts a session of Research with a participant who agreed."""
        problem = self.study.choose(participant)
        if problem:
            self.session_failed.emit(problem)
        else:
            self._begin()

    def _begin(self) -> None:
        """Opens devices only after the system has allowed it."""
        self.devices.hold(True)
        self._error = ""
        if self.input.kind != "devices":
            self.engine_host.start(self.settings, self.input)
            return
        if self.settings.purpose == "demo":
            self.notice.emit(LIVE_DEMO)
        capture = self.settings.capture
        wanted = [kind for kind in permissions.KINDS if getattr(capture, kind) != "off"]
        permissions.request(wanted, self, self._start_allowed)

    def _start_allowed(self, denied: list[str]) -> None:
        if denied:
            self.notice.emit(permissions.denied_line(denied))
        allowed = changed(self.settings, "capture", dict.fromkeys(denied, "off"))
        self.engine_host.start(allowed, self.input)

    @Slot()
    def stop(self) -> None:
        """Ends the session."""
        self.engine_host.stop()

    @Slot()
    def reset(self) -> None:
        """Discards what was captured and estimated so far."""
        if self.engine_host.engine is not None:
            self.engine_host.engine.reset()

    def mute(self, modality: Modality, muted: bool) -> None:
        """Switches a modality off or on, in this session and the next ones."""
        (self._muted.add if muted else self._muted.discard)(modality)
        if self.engine_host.engine is not None:
            self.engine_host.engine.set_muted(modality, muted)

    @Slot()
    def _on_started(self) -> None:
        engine = self.engine_host.engine
        if engine is None:
            return
        self._told_of_correction = False
        for modality in self._muted:
            engine.set_muted(modality, True)
        self.learner.begin(engine, self.settings)
        self.model_controls.begin(engine)
        if engine.status().state is RunState.STOPPED:  # a thread failed before the start was reported
            self._on_state(RunState.STOPPED)

    @Slot()
    def _on_stopped(self) -> None:
        self.learner.end()
        self.model_controls.end()
        self.devices.hold(False)
        if self._restarts:
            self._restarts = False
            self.start()

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self.devices.hold(False)
        self.session_failed.emit(reason)

    @Slot(str)
    def _on_error(self, reason: str) -> None:
        self._error = reason
        self.notice.emit(reason)

    @Slot(object)
    def _on_state(self, state: RunState) -> None:
        if state is RunState.STOPPED and self.engine_host.engine is not None and not self.engine_host.busy:
            self.engine_host.stop()
            if self._error:
                self.session_failed.emit(self._error)

    @Slot(object, str)
    def correct(self, word: Word, text: str) -> None:
        """Corrects a word of the transcript; says once in a session if that is not stored."""
        status = self.engine_host.status()
        if status.state in (RunState.ENDED, RunState.STOPPED):  # the stored session is opened again for it
            work = partial(self.learner.correct, word, text)
            self.jobs.run("correction", lambda _job: work(), lambda _result: None, self.notice.emit)
        else:
            self.learner.correct(word, text)
        if not self._told_of_correction and not self.storage.stores_words(status):
            self._told_of_correction = True
            self.notice.emit(CORRECTED_ON_SCREEN)

    # --- choices -----------------------------------------------------------------------------------------------

    def choose_input(self, kind: InputKind) -> None:
        """Selects devices or the drawn learner for the next session."""
        self.input = SessionInput(kind)
        self.changed.emit()

    def choose_purpose(self, key: str, gate: StudyGate | None) -> None:
        """Saves the purpose, and the gate of Research."""
        if gate is not None:
            self._save(lambda: save_gate(gate))
        self._change("", purpose=key)
        self.choose_input("demo" if key == "demo" else "devices")

    def change_setting(self, group: str, field: str, value: object) -> None:
        """Changes and saves one setting; another device is opened in a running session too."""
        self._change(group, **{field: value})
        if self.input.kind == "devices" and group == "capture":
            self._choose_device(field, str(value))
        self.learner.change_settings(self.settings)
        self.changed.emit()

    def _choose_device(self, kind: str, name: str) -> None:
        engine = self.engine_host.engine
        if engine is None:
            return
        choices = {
            "camera": engine.choose_camera,
            "microphone": engine.choose_microphone,
            "loudspeaker": engine.choose_loudspeaker,
        }

        def open_allowed(denied: list[str]) -> None:
            if not denied:
                choices[kind](name)

        permissions.request([kind] if name != "off" and kind in permissions.KINDS else [], self, open_allowed)

    def _change(self, group: str, **values: object) -> None:
        self.settings = changed(self.settings, group, values)
        self._save(lambda: save_values(group, **values))

    def _save(self, save: Callable[[], None]) -> None:
        try:
            save()
        except (MonitorError, OSError) as error:
            self.notice.emit(f"This holds until you close the window, but could not be saved. {sentence(error)}")

    # --- prerequisites and stored data ---------------------------------------------------------------------------

    def checks(self) -> list[Prerequisite]:
        """The readiness list for the selected input."""
        capture = self.settings.capture
        found: list[Prerequisite] = []
        if self.input.kind == "devices":
            listed = self.devices
            found = [
                device_check("camera", listed.cameras, capture.camera, has_news=listed.has_news),
                device_check(
                    "microphone",
                    listed.microphones,
                    capture.microphone,
                    problem=listed.problem,
                    has_news=listed.has_news,
                ),
                headphones_advice(),
            ]
        return [*found, self._words_check(), model_check(model_problem(self.settings.model))]

    def _words_check(self) -> Prerequisite:
        speech = self.settings.speech
        model, problem = self.word_model.chosen(speech)
        offer = self.word_model.offer() if speech.recognizer != "off" else ""
        return words_check(model, problem, model_languages(self.settings.model), offer)

    def languages(self) -> tuple[str, str]:
        """The language of the recogniser that the settings choose, and those that the network knows, for people."""
        model, problem = self.word_model.chosen(self.settings.speech)
        known = model_languages(self.settings.model)
        names = " and ".join(map(language_name, known))
        if model is None:
            return problem, names
        unused = unused_words(model.language, known)
        return f"{model.spoken}. {unused}" if unused else model.spoken, names

    @Slot(object)
    def replay(self, file: Path) -> None:
        """Plays the recording of a session."""
        if self.engine_host.engine is not None:
            self.notice.emit("A session is running. Stop it first, then play the recording.")
            return
        self.input = SessionInput("file", file)
        self.changed.emit()
        self.start()

    @Slot()
    def calibrate(self) -> None:
        """Applies the personal calibration, which was made, changed or undone, to a running session."""
        engine = self.engine_host.engine
        if engine is not None:
            engine.model_controls.calibrate(personal_calibration(self.settings, self.input, self.notice.emit))

    def erase_expired(self) -> None:
        """Erases stored sessions and consent records that may be kept no longer, in the background."""
        settings = self.settings
        self.jobs.run(EXPIRY_TOPIC, lambda _job: self.study.erase_expired(settings), self._on_erased, self.notice.emit)

    def _on_erased(self, sentences: list[str]) -> None:
        for each in sentences:
            self.notice.emit(each)

    def close(self) -> list[str]:
        """Ends the engine, then all other jobs; names of threads that did not end."""
        self.leftover = self.engine_host.close() + self.jobs.close()
        self.learner.end()
        self.model_controls.end()
        self.storage.close()
        return self.leftover
