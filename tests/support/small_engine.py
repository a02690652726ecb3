"""An engine of small parts: its settings and factories, recorded hooks, and conditions to wait for."""

from __future__ import annotations

from collections.abc import Callable

from core.engine import Engine, EngineFactories, EngineHooks
from core.settings import CaptureSettings, Settings, WindowSettings
from core.status import DeviceState, DeviceStatus, RunState
from core.types import Estimate, Reason, Word
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel, SmallRecognizer
from tests.support.small_sources import SmallCamera, SmallMicrophone

SETTINGS = Settings(
    capture=CaptureSettings(retry_s=0.05, zeros_are_muted_after_s=0.5),
    window=WindowSettings(hop_s=0.25, settle_s=0.12),
)
FACTORIES = EngineFactories(
    open_model=lambda _: (SmallModel(), SmallFeatures()),
    open_finder=SmallFinder,
    open_recognizer=lambda *_: SmallRecognizer(),
    make_camera=lambda name, _: None if name == "off" else SmallCamera(name, 30.0),
    make_reference=lambda _: None,
    make_microphone=lambda name: None if name == "off" else SmallMicrophone(name),
)


class RecordedHooks:
    """Keeps every call of the hooks."""

    def __init__(self) -> None:
        self.states: list[RunState] = []
        self.errors: list[str] = []
        self.devices: list[tuple[str, DeviceState]] = []

    def hooks(self) -> EngineHooks:
        return EngineHooks(self._device, self.states.append, self.errors.append)

    def _device(self, kind: str, status: DeviceStatus) -> None:
        self.devices.append((kind, status.state))


def devices() -> tuple[SmallCamera, SmallMicrophone]:
    return SmallCamera("cam", 30.0), SmallMicrophone("mic")


def newest(engine: Engine) -> Estimate:
    made = engine.history.recent().newest
    assert made is not None
    return made


def final_words(engine: Engine) -> list[Word]:
    return [word for word in engine.transcript() if word.final]


def steps(engine: Engine) -> int:
    return engine.status().steps


def presence(engine: Engine, modality: str) -> Callable[[], bool]:
    return lambda: _at_newest(engine, lambda made: made.presence[modality].present)


def absent(engine: Engine, modality: str, reason: Reason) -> Callable[[], bool]:
    return lambda: _at_newest(engine, lambda made: made.presence[modality].reason is reason)


def _at_newest(engine: Engine, holds: Callable[[Estimate], bool]) -> bool:
    made = engine.history.recent().newest
    return made is not None and holds(made)
