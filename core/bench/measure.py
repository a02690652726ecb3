"""Times each hop three ways: its parts, the whole step, and a naive step.

The naive step runs every encoder on the whole window at each hop (the audio, all faces of its seconds instead of the
new ones, all words whether or not they changed), with eager attention in float32. Everything else is the same.
The three are interleaved, so that changes in the machine's load affect all of them alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import torch

from core.bench.recording import RecordedHop, record
from core.bench.result import BANDS, EXPLAINING, NAIVE, STEP, STORING, Bench
from core.features.load_model import choose_device, open_checkpoint
from core.features.pipeline import FeaturePipeline
from core.features.settings import FeatureSettings
from core.model.checkpoint import Checkpoint
from core.model.inputs import MODALITIES, ModelInputs, Streams
from core.model.live import LiveModel
from core.model.precision import encoding
from core.model.uncertainty import WeightBands
from core.model.what_if import WhatIf
from core.session.factories import open_finder, thread_count
from core.session.make_estimate import make_estimate
from core.session_observer import SessionFacts
from core.settings import ModelSettings, WindowSettings
from core.store.session_file import SessionFile
from core.types import Estimate, Window

SECONDS = 15.0
WARM_UP = 3
"""Hops that run but are not counted: first calls allocate."""


def measure(
    model: ModelSettings,
    window: WindowSettings | None = None,
    seconds: float = SECONDS,
    progress: Callable[[float], None] = lambda _share: None,
) -> Bench:
    """Measures every hop of `seconds` of the drawn learner. Raises `ModelError` if the model cannot be opened."""
    window, device = window or WindowSettings(), choose_device(model.device)
    torch.set_num_threads(thread_count(model.threads))
    checkpoint = open_checkpoint(model, device)
    features = FeaturePipeline(FeatureSettings.from_json(checkpoint.features), checkpoint.tokenizer)
    hops = record(LiveModel(checkpoint, device), features, open_finder(), window, seconds)
    stopwatch = Stopwatch(device)
    setup = BenchSetup(checkpoint, features, device, stopwatch)
    parts, step, naive = (
        StepParts(setup),
        LiveStep(setup),
        NaiveStep(replace(setup, checkpoint=open_checkpoint(model, device))),
    )
    in_window = max(round(window.audio_s / window.hop_s), 1)
    with TemporaryDirectory() as folder, closing(_file(Path(folder))) as file:
        for place, hop in enumerate(hops):
            made = parts.work(hop)
            with stopwatch.time(STORING):
                file.append([made])
            step.work(hop)
            naive.work(hop, whole_window([hop.window for hop in hops[max(place + 1 - in_window, 0) : place + 1]]))
            progress((place + 1) / len(hops))
    ms = {name: values[WARM_UP:] for name, values in stopwatch.ms.items()}
    return Bench(ms, checkpoint.profile, checkpoint.sha256, device, torch.get_num_threads(), window.hop_s)


def _file(folder: Path) -> SessionFile:
    """Opens a session file without features, the default."""
    return SessionFile(folder / "bench", SessionFacts("bench", ""), with_features=False)


def whole_window(windows: Sequence[Window]) -> Window:
    """Returns the newest window with the faces of all of them."""
    return replace(windows[-1], sightings=tuple(seen for window in windows for seen in window.sightings))


class Stopwatch:
    """Milliseconds by name. Waits for the device, which computes asynchronously."""

    def __init__(self, device: str) -> None:
        self._on_cuda = device == "cuda"
        self.ms: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Times the enclosed block."""
        started_s = self._now_s()
        yield
        self.ms[name].append(1e3 * (self._now_s() - started_s))

    def _now_s(self) -> float:
        if self._on_cuda:
            torch.cuda.synchronize()
        return perf_counter()


@dataclass(frozen=True, slots=True)
class BenchSetup:
    """What the three ways share; each opens its own face finder and carries its own state."""

    checkpoint: Checkpoint
    features: FeaturePipeline
    device: str
    stopwatch: Stopwatch


class StepParts:
    """Runs the step one part after another, with the state of its own live model."""

    def __init__(self, setup: BenchSetup) -> None:
        calibration = setup.checkpoint.calibration
        self._live, self._device = LiveModel(setup.checkpoint, setup.device), setup.device
        self._network = setup.checkpoint.network
        self._state = self._network.fusion.start()
        self._bands = WeightBands(self._network.fusion.weigh, calibration.band_scale)
        self._what_if = WhatIf(self._network.fusion, calibration.temperature)
        self._finder, self._features, self._time = open_finder(), setup.features, setup.stopwatch.time

    @torch.inference_mode()
    def work(self, hop: RecordedHop) -> Estimate:
        """Runs and times the parts of a hop, and its explanation; returns the estimate."""
        with self._time("faces"):
            for frame in hop.frames:
                self._finder.look(frame)
        with self._time("preparing"):
            prepared = self._features.prepare(hop.window)
        streams = self._encode(prepared.inputs)
        with self._time("fusion"):
            response, after = self._network.fusion(streams, self._state)
        with self._time(BANDS):
            self._bands.of(response.aligned, response.weights)
        with self._time(EXPLAINING):
            self._what_if.of(streams, self._state)
        self._state = after
        return make_estimate(hop.window, prepared.presence, self._live.step(prepared.inputs), 0.0)

    def _encode(self, inputs: ModelInputs) -> Streams:
        """Encodes the hop, each modality timed by itself; the text is cached as in the live step."""
        text = self._live.cached_text(inputs)
        with encoding(self._live.profile, self._device):
            for name, only in zip(MODALITIES, torch.eye(len(MODALITIES), dtype=torch.bool), strict=True):
                alone = replace(inputs, present=inputs.present & only)
                if alone.present.any():
                    with self._time(f"{name} encoder"):
                        self._network.encode(alone.over_time(), text)
            return self._network.encode(inputs.over_time(), text)


class LiveStep:
    """Runs the step as live does."""

    def __init__(self, setup: BenchSetup) -> None:
        self._live = LiveModel(setup.checkpoint, setup.device)
        self._finder, self._features, self._time = open_finder(), setup.features, setup.stopwatch.time

    def work(self, hop: RecordedHop) -> None:
        """Runs and times the hop."""
        with self._time(STEP):
            for frame in hop.frames:
                self._finder.look(frame)
            self._live.step(self._features.prepare(hop.window).inputs)


class NaiveStep:
    """Runs the step with nothing cached from the hop before except the fusion's state."""

    def __init__(self, setup: BenchSetup) -> None:
        self._network = setup.checkpoint.network.to(setup.device).float().eval()
        for encoder in (self._network.audio, self._network.text):
            encoder.body.set_attn_implementation("eager")
        self._state = self._network.fusion.start()
        self._finder, self._features, self._time = open_finder(), setup.features, setup.stopwatch.time

    @torch.inference_mode()
    def work(self, hop: RecordedHop, window: Window) -> None:
        """Runs and times the hop on the whole window."""
        with self._time(NAIVE):
            for frame in hop.frames:
                self._finder.look(frame)
            inputs = self._features.prepare(window).inputs
            _, _, self._state = self._network(inputs.over_time(), self._state)
