"""An engine that follows a script on the wall clock: the public interface of `core.engine.Engine`, without threads,
devices or model. `tests/core/engine/test_engine_contract.py` holds both to the same contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from core.engine import EngineHooks
from core.engine.device_thread import CAMERA, MICROPHONE, DeviceRole
from core.engine.history import History
from core.engine.session_clock import SessionClock
from core.engine.session_log import SessionLog
from core.engine.status_store import StatusStore
from core.faults import Faults
from core.lab.sync_run import SyncRun
from core.self_report.personal_calibration import PersonalCalibration
from core.session.availability import Availability
from core.status import DeviceState, DeviceStatus, EngineStatus, Percentiles, RunState
from core.types import (
    FEEDBACK_OFF,
    FEEDBACK_ON,
    FEEDBACK_RESET,
    MODALITIES,
    Correction,
    Estimate,
    Event,
    Explanation,
    FaceBox,
    Modality,
    Presence,
    Reason,
    Sighting,
    VideoFrame,
    Word,
)

HOP_S = 0.5
TALK = "so the derivative of x squared is two x but why does the limit go away when we let h become small i see now"
Absent = Callable[[float], dict[Modality, Reason]]


def script_absent(t_s: float) -> dict[Modality, Reason]:
    """Absent modalities: the voice is silent for a while, the face leaves, and once nothing is present at all."""
    away: dict[Modality, Reason] = {}
    if t_s % 40 < 9:
        away["audio"] = Reason.SILENCE
    if 55 < t_s % 90 < 68:
        away["visual"] = Reason.NO_FACE
    if 60 < t_s % 90 < 66:
        away["audio"], away["text"] = Reason.SILENCE, Reason.NO_WORDS
    return away


def estimate_at(t_s: float, absent: dict[Modality, Reason], words: tuple[Word, ...] = ()) -> Estimate:
    """One step of the script."""
    present = np.array([m not in absent for m in MODALITIES])
    logits = np.array([np.sin(t_s / 11), 1.2 * np.cos(t_s / 17), np.sin(t_s / 7 + 2) - 0.6, -1.2 + np.sin(t_s / 23)])
    logits = 1.6 * logits + 0.12 * np.sin(t_s * np.array([3.1, 2.7, 2.3, 1.9]))
    probabilities = np.exp(logits) / np.exp(logits).sum() if present.any() else np.full(4, np.nan)
    weights = np.where(present, np.exp([0.2 * np.sin(t_s / 9), 0.8, 0.3 * np.cos(t_s / 13)]), 0.0)
    weights = weights / weights.sum() if present.any() else weights
    apart = 0.06 * weights * (1 - weights) * (2 + np.sin(t_s / 3)) * 2
    low, high = (np.clip(weights + sign * apart, 0, 1).astype(np.float32) for sign in (-1, 1))
    weak = present.any() and probabilities.max() < 0.46
    abstains = Reason.NOTHING_PRESENT if not present.any() else Reason.WEAK_EVIDENCE if weak else None
    presence = {m: Presence(m not in absent, 0.6 + 0.4 * np.sin(t_s / 5) ** 2, absent.get(m)) for m in MODALITIES}
    weights = weights.astype(np.float32)
    return Estimate(t_s, probabilities.astype(np.float32), weights, low, high, presence, abstains, 11.0, None, words)


def explained(estimate: Estimate) -> Estimate:
    """The same step with an explanation: feedback slows changes, the picture has most influence, the voice looks back
    furthest."""
    t_s, steps = estimate.t_s, np.arange(24)
    present = np.array([estimate.presence[m].present for m in MODALITIES])
    if not present.any():
        nothing, none = np.full(4, np.nan, dtype=np.float32), np.zeros((3, 3), dtype=np.float32)
        uniform = np.full(4, 0.25, dtype=np.float32)
        return replace(
            estimate,
            explanation=Explanation(np.zeros((3, 3, 24)), none, np.full((3, 4), np.nan), nothing, uniform),
        )
    says, reach = np.array([0.4, 1.1, 0.6]) + 0.3 * np.sin(t_s / np.array([4, 5, 6])), np.array([9.0, 3.0, 5.0])
    told = np.where(np.eye(3, dtype=bool), 2.4, says[None, :]) * present[:, None] * (present | (t_s % 40 < 9))[None, :]
    told = told / np.maximum(told.sum(axis=1, keepdims=True), 1e-9)
    heard = np.exp(-((steps - 23 + 6 * (1 + np.sin(t_s / 8))) ** 2) / (2 * reach[:, None, None] ** 2))
    heard = np.repeat(heard / heard.sum(axis=2, keepdims=True), 3, axis=1) * (1 - np.eye(3))[:, :, None]
    pulls = 0.9 * np.stack([np.sin(t_s / (5 + m) + np.arange(4) * (m + 1)) for m in range(3)])
    logits = np.log(estimate.probabilities)
    without = np.array([_softmax(logits - pulls[m]) if present[m] else estimate.probabilities for m in range(3)])
    without[present & (present.sum() == 1)] = np.nan
    feedback = _softmax(logits + 0.3 * np.cos(t_s + np.arange(4)))
    evidence = _softmax(logits - 0.5 * np.log(feedback) * np.sin(t_s / 9) ** 2)
    told, heard, without, evidence, feedback = (
        values.astype(np.float32) for values in (told, heard * present[:, None, None], without, evidence, feedback)
    )
    return replace(estimate, explanation=Explanation(heard, told, without, evidence, feedback))


def _softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum()


@cache
def picture(t_s: float, size: tuple[int, int] = (320, 240)) -> np.ndarray:
    """A room and a round face that sways."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    rgb = np.stack([60 + 40 * x / width, 74 + 30 * y / height, 90 + 20 * x / width], axis=-1)
    center = width * (0.5 + 0.05 * np.sin(t_s)), height * 0.48
    for (dx, dy, rx, ry), color in (
        ((0, 0, 46, 59), (222, 184, 158)),
        ((-17, -10, 6, 4), (50, 42, 40)),
        ((17, -10, 6, 4), (50, 42, 40)),
        ((0, 26, 17, 5), (150, 70, 74)),
    ):
        rgb[((x - center[0] - dx) / rx) ** 2 + ((y - center[1] - dy) / ry) ** 2 < 1] = color
    return rgb.astype(np.uint8)


class ScriptedModelControls:
    """Model controls without a model: the changes go into status and session log at once."""

    def __init__(self, status_store: StatusStore, session_log: SessionLog) -> None:
        self._status_store, self._session_log = status_store, session_log
        self.explains = False
        self.personal: PersonalCalibration | None = None

    def explain(self, wanted: bool) -> None:
        self.explains = wanted

    def feed_back(self, wanted: bool) -> None:
        self._status_store.update(feedback=wanted)
        self._session_log.add_event("feedback", FEEDBACK_ON if wanted else FEEDBACK_OFF)

    def reset_feedback(self) -> None:
        self._session_log.add_event("feedback", FEEDBACK_RESET)

    def inject(self, faults: Faults) -> None:
        self._status_store.update(faults=tuple(faults.words()))
        self._session_log.add_event("fault", " ".join(faults.words()) or "All faults were switched off.")

    def calibrate(self, personal: PersonalCalibration | None) -> None:
        self.personal = personal


class ScriptedEngine:
    """Time starts at `begin_s`; the steps before it are made at the first reading. `calls` lists the verbs called."""

    def __init__(self, begin_s: float = 0.0, absent: Absent = script_absent, hooks: EngineHooks | None = None) -> None:
        self._absent, self._begin_s, self._clock = absent, begin_s, SessionClock()
        self._availability = Availability()
        self._history = History(120.0)
        self._steps, self._origin_s = 0, 0.0
        self._frame: VideoFrame | None = None
        self._devices = {
            CAMERA: DeviceStatus("HD Webcam C270", DeviceState.OFF, "", 30.0),
            MICROPHONE: DeviceStatus("Built-in Audio Analog Stereo", DeviceState.OFF, "", 16000.0),
        }
        self.loudspeaker, self.speaker = DeviceStatus(), "nobody"
        self.faces = 1
        self.calls: list[str] = []
        self.readings = 0
        """How often the status was read."""
        self._corrections: dict[Word, str] = {}
        self._session_log, self.sync = SessionLog(self.now_s, lambda _entry: None), SyncRun(self.now_s)
        self._status_store = StatusStore(_status(), hooks or EngineHooks(), self._session_log)
        self.model_controls = ScriptedModelControls(self._status_store, self._session_log)

    # --- verbs -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.calls.append("start")
        if not self._status_store.set_state(RunState.STARTING, only_from=(RunState.IDLE,)):
            return
        self._clock.run()
        self._status_store.set_state(RunState.LIVE)
        for role in self._devices:
            self.set_device(role.kind, DeviceState.RUNNING)

    def stop(self) -> list[str]:
        self.calls.append("stop")
        self._clock.hold()
        self._status_store.set_state(RunState.STOPPED)
        return []

    def pause(self) -> None:
        self.calls.append("pause")
        if self._status_store.set_state(RunState.PAUSED, only_from=(RunState.LIVE,)):
            self._clock.hold()

    def resume(self) -> None:
        self.calls.append("resume")
        if self._status_store.set_state(RunState.LIVE, only_from=(RunState.PAUSED,)):
            self._clock.run()

    def reset(self) -> None:
        self.calls.append("reset")
        self._advance()
        self._history.clear()
        self._origin_s = self.now_s()
        self._session_log.add(Event(self._steps * HOP_S, "reset", "The session was reset."))

    def set_muted(self, modality: Modality, muted: bool) -> None:
        self._availability.set(modality, "user", Reason.MUTED if muted else None)

    def correct(self, made: Correction) -> None:
        self._corrections[made.word] = made.text

    def choose_camera(self, name: str) -> None:
        self.calls.append(f"camera {name}")
        self._choose(CAMERA, name)

    def choose_microphone(self, name: str) -> None:
        self.calls.append(f"microphone {name}")
        self._choose(MICROPHONE, name)

    def choose_loudspeaker(self, name: str) -> None:
        self.calls.append(f"loudspeaker {name}")

    # --- script ------------------------------------------------------------------------------------------------

    def set_device(self, kind: str, state: DeviceState, message: str = "") -> None:
        """Change a device as if it were lost or found."""
        role = next(role for role in self._devices if role.kind == kind)
        self._devices[role] = replace(self._devices[role], state=state, message=message)
        self._status_store.report_device(kind, self._devices[role])

    def _choose(self, role: DeviceRole, name: str) -> None:
        self._devices[role] = replace(self._devices[role], name="" if name == "off" else name)
        self._availability.set(role.modality, "device", role.missing if name == "off" else None)
        self.set_device(role.kind, DeviceState.OFF if name == "off" else DeviceState.RUNNING)

    def _advance(self) -> None:
        while (self._steps + 1) * HOP_S <= self.now_s():
            self._steps += 1
            t_s = self._steps * HOP_S
            absent = {**self._absent(t_s), **self._availability.reasons()}
            words = tuple(word for word in self._words_at(t_s) if word.end_s > t_s - 12)
            estimate = estimate_at(t_s, absent, () if "text" in absent else words)
            estimate = explained(estimate) if self.model_controls.explains else estimate
            self._status_store.count_step(estimate, skipped=0)
            self._history.add(estimate)

    def _words_at(self, now_s: float) -> list[Word]:
        first = max(0, int((now_s - 40) * 2))
        spoken = [Word(TALK.split()[k % 24], k / 2, k / 2 + 0.4) for k in range(first, int(now_s * 2))]
        return [word for word in spoken if word.end_s > self._origin_s]

    # --- readings ----------------------------------------------------------------------------------------------

    @property
    def session_log(self) -> SessionLog:
        return self._session_log

    @property
    def history(self) -> History:
        self._advance()
        return self._history

    def now_s(self) -> float:
        return self._begin_s + self._clock()

    def status(self) -> EngineStatus:
        self.readings += 1
        self._advance()
        now_s = self.now_s()
        silent = "audio" in self._absent(now_s) or self._devices[MICROPHONE].state is not DeviceState.RUNNING
        pauses, paused_s = self._clock.pauses()
        return replace(
            self._status_store.snapshot(),
            elapsed_s=now_s,
            pauses=pauses,
            paused_s=paused_s,
            camera=self._devices[CAMERA],
            microphone=self._devices[MICROPHONE],
            loudspeaker=self.loudspeaker,
            speaker=self.speaker,
            step_ms=Percentiles(11.2, 14.4, 31.0),
            preview_fps=29.8,
            level_dbfs=-58.0 if silent else float(-18 - 14 * abs(np.sin(now_s * 3))),
            words=42,
            muted=self._availability.muted(),
        )

    def frame(self) -> VideoFrame | None:
        live = self._status_store.snapshot().state is RunState.LIVE
        if self._devices[CAMERA].state is not DeviceState.RUNNING or not live:
            return None
        count = int(self.now_s() * 30)
        if self._frame is None or round(self._frame.t_s * 30) != count:
            self._frame = VideoFrame(count / 30, picture(count // 8 % 12 / 2))
        return self._frame

    def sighting(self) -> Sighting | None:
        if self._availability.reason("visual") is not None:
            return None
        reason = self._absent(self.now_s()).get("visual")
        if self.faces > 1:
            reason = Reason.SEVERAL_FACES
        box = None if reason is Reason.NO_FACE else FaceBox(225, 112, 190, 240, 0.97)
        return Sighting(self.now_s(), (640, 480), box, self.faces, Presence(reason is None, 0.9, reason))

    def transcript(self) -> list[Word]:
        words = self._words_at(self.now_s())
        if self._availability.is_muted("text"):
            return words[:-2]
        return [*words[:-2], *(replace(word, final=False) for word in words[-2:])]

    def corrections(self) -> dict[Word, str]:
        return dict(self._corrections)

    def presence_share(self) -> dict[Modality, float]:
        return self._status_store.presence_share()

    def rss_mb(self) -> tuple[float, float]:
        return 300.0, 310.0


def _status() -> EngineStatus:
    return EngineStatus(
        recognizer="Vosk small-en-us-0.15", hears=True, profile="compact", checkpoint_sha256="3f9a77c0" * 8, hop_s=HOP_S
    )
