"""An engine that follows a script on the wall clock: the face of `core.engine.Engine`, without threads or devices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from time import monotonic

import numpy as np

from core.engine.history import History
from core.engine.session_log import SessionLog
from core.faults import NONE, Faults
from core.lab.sync_run import SyncRun
from core.self_report.personal_calibration import PersonalCalibration
from core.status import DeviceState, DeviceStatus, EngineStatus, Percentiles, RunState
from core.types import MODALITIES, Estimate, Explanation, FaceBox, Presence, Reason, Sighting, VideoFrame, Word

HOP_S = 0.5
TALK = "so the derivative of x squared is two x but why does the limit go away when we let h become small i see now"
Absent = Callable[[float], dict[str, Reason]]


def script_absent(t_s: float) -> dict[str, Reason]:
    """Who is away when: the voice is silent for a while, the face leaves, once nothing is there at all."""
    away = {}
    if t_s % 40 < 9:
        away["audio"] = Reason.SILENCE
    if 55 < t_s % 90 < 68:
        away["visual"] = Reason.NO_FACE
    if 60 < t_s % 90 < 66:
        away["audio"], away["text"] = Reason.SILENCE, Reason.NO_WORDS
    return away


def estimate_at(t_s: float, absent: dict[str, Reason], words: tuple[Word, ...] = ()) -> Estimate:
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
    """The same step with a reason for it: feedback holds back, the picture tells most, the voice looks furthest."""
    t_s, steps = estimate.t_s, np.arange(24)
    present = np.array([estimate.presence[m].present for m in MODALITIES])
    if not present.any():
        nothing, nobody = np.full(4, np.nan, dtype=np.float32), np.zeros((3, 3), dtype=np.float32)
        uniform = np.full(4, 0.25, dtype=np.float32)
        return replace(
            estimate,
            explanation=Explanation(np.zeros((3, 3, 24)), nobody, np.full((3, 4), np.nan), nothing, uniform),
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


class ScriptedTuning:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.explains, self.feeds_back, self.faults, self.resets, self.personal = False, True, NONE, 0, None

    def explain(self, wanted: bool) -> None:
        self.explains = wanted

    def feed_back(self, wanted: bool) -> None:
        self.feeds_back = wanted

    def reset_feedback(self) -> None:
        self.resets += 1

    def inject(self, faults: Faults) -> None:
        self.faults = faults

    def calibrate(self, personal: PersonalCalibration | None) -> None:
        self.personal = personal


class ScriptedEngine:
    """Time runs with the wall clock from `begin_s` on; `prefill` makes the steps before that at once."""

    def __init__(self, begin_s: float = 0.0, absent: Absent = script_absent, hooks=None) -> None:
        self.history = History(120.0)
        self._absent, self._hooks = absent, hooks
        self._state, self._passed_s, self._since_s = RunState.IDLE, begin_s, None
        self._steps, self._muted, self._origin_s = 0, set(), 0.0
        self._frame, self.faces = None, 1
        self._devices = {
            "camera": DeviceStatus("HD Webcam C270", DeviceState.OFF, "", 30.0),
            "microphone": DeviceStatus("Built-in Audio Analog Stereo", DeviceState.OFF, "", 16000.0),
        }
        self.session_log, self.sync, self.tuning = (
            SessionLog(self.now_s, lambda _entry: None),
            SyncRun(self.now_s),
            ScriptedTuning(),
        )
        self.calls: list[str] = []
        self.asked = 0

    def _tell(self, state: RunState) -> None:
        self._state = state
        if self._hooks is not None:
            self._hooks.on_state(state)

    def now_s(self) -> float:
        return self._passed_s + (monotonic() - self._since_s if self._since_s is not None else 0.0)

    def start(self) -> None:
        self.calls.append("start")
        self._since_s = monotonic()
        self._tell(RunState.LIVE)
        self.tell_device("camera", DeviceState.RUNNING)
        self.tell_device("microphone", DeviceState.RUNNING)

    def stop(self) -> list[str]:
        self.calls.append("stop")
        self._passed_s, self._since_s = self.now_s(), None
        self._tell(RunState.STOPPED)
        return []

    def pause(self) -> None:
        self.calls.append("pause")
        self._passed_s, self._since_s = self.now_s(), None
        self._tell(RunState.PAUSED)

    def resume(self) -> None:
        self.calls.append("resume")
        self._since_s = monotonic()
        self._tell(RunState.LIVE)

    def reset(self) -> None:
        self.calls.append("reset")
        self.history.clear()
        self._origin_s = self.now_s()
        self._steps = int(self.now_s() / HOP_S)

    def set_muted(self, modality: str, muted: bool) -> None:
        (self._muted.add if muted else self._muted.discard)(modality)

    def choose_camera(self, name: str) -> None:
        self.calls.append(f"camera {name}")

    def choose_microphone(self, name: str) -> None:
        self.calls.append(f"microphone {name}")

    def tell_device(self, kind: str, state: DeviceState, message: str = "") -> None:
        self._devices[kind] = replace(self._devices[kind], state=state, message=message)
        if self._hooks is not None:
            self._hooks.on_device(kind, self._devices[kind])

    def _advance(self) -> None:
        while (self._steps + 1) * HOP_S <= self.now_s():
            self._steps += 1
            t_s = self._steps * HOP_S
            absent = {**self._absent(t_s), **dict.fromkeys(self._muted, Reason.MUTED)}
            words = tuple(word for word in self.words_at(t_s) if word.end_s > t_s - 12)
            self.history.add(estimate_at(t_s, absent, words))

    def status(self) -> EngineStatus:
        self.asked += 1
        self._advance()
        level = -18 - 14 * abs(np.sin(self.now_s() * 3)) if "audio" not in self._absent(self.now_s()) else -58.0
        return EngineStatus(
            state=self._state,
            elapsed_s=self.now_s(),
            camera=self._devices["camera"],
            microphone=self._devices["microphone"],
            recognizer="Vosk small-en-us-0.15",
            hears=True,
            profile="compact",
            checkpoint_sha256="3f9a77c0" * 8,
            step_ms=Percentiles(11.2, 14.4, 31.0),
            steps=self._steps,
            preview_fps=29.8,
            level_dbfs=float(level),
            words=42,
            muted=frozenset(self._muted),
        )

    def frame(self) -> VideoFrame | None:
        if self._devices["camera"].state is not DeviceState.RUNNING or self._state is not RunState.LIVE:
            return None
        count = int(self.now_s() * 30)
        if self._frame is None or round(self._frame.t_s * 30) != count:
            self._frame = VideoFrame(count / 30, picture(count // 8 % 12 / 2))
        return self._frame

    def sighting(self) -> Sighting | None:
        reason = self._absent(self.now_s()).get("visual")
        if self.faces > 1:
            reason = Reason.SEVERAL_FACES
        box = None if reason is Reason.NO_FACE else FaceBox(225, 112, 190, 240, 0.97)
        return Sighting(self.now_s(), (640, 480), box, self.faces, Presence(reason is None, 0.9, reason))

    def words_at(self, now_s: float) -> list[Word]:
        first = max(0, int((now_s - 40) * 2))
        said = [Word(TALK.split()[k % 24], k / 2, k / 2 + 0.4) for k in range(first, int(now_s * 2))]
        return [word for word in said if word.end_s > self._origin_s]

    def transcript(self) -> list[Word]:
        said = self.words_at(self.now_s())
        return [*said[:-2], *(replace(word, final=False) for word in said[-2:])]

    def presence_share(self) -> dict[str, float]:
        return dict.fromkeys(MODALITIES, 0.9)

    def rss_mb(self) -> tuple[float, float]:
        return 300.0, 310.0
