"""Times one hop's work three ways, right after each other: its parts, the whole step, and the naive way.

Naive: at each hop every encoder on the whole window (the sound, all faces of its seconds instead of the new ones, all
words whether or not they changed), with eager attention in float32. What is not about the encoders it does alike.
Interleaved, so that all three meet the same moods of the machine.
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
from core.model.inputs import ModelInputs, Streams
from core.model.live import LiveModel
from core.session.factories import open_finder, thread_count
from core.session.make_estimate import make_estimate
from core.session_observer import SessionFacts
from core.settings import ModelSettings, WindowSettings
from core.store.session_file import SessionFile
from core.types import Estimate, Window

SECONDS = 15.0
WARM_UP = 3
"""Hops that are worked but not counted: first calls allocate."""


def measure(
    model: ModelSettings,
    window: WindowSettings | None = None,
    seconds: float = SECONDS,
    progress: Callable[[float], None] = lambda _share: None,
) -> Bench:
    """Measure every hop of `seconds` of a drawn learner. Raises `ModelError` if the model cannot be opened."""
    window, device = window or WindowSettings(), choose_device(model.device)
    torch.set_num_threads(thread_count(model.threads))
    checkpoint = open_checkpoint(model, device)
    features = FeaturePipeline(FeatureSettings.from_json(checkpoint.features), checkpoint.tokenizer)
    hops = record(LiveModel(checkpoint, device), features, open_finder(), window, seconds)
    stopwatch = Stopwatch(device)
    gear = BenchSetup(checkpoint, features, device, stopwatch)
    parts, step, naive = (
        StepParts(gear),
        LiveStep(gear),
        NaiveStep(replace(gear, checkpoint=open_checkpoint(model, device))),
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
    """A session to be stored, without features, as it is unless somebody asks for more."""
    return SessionFile(folder / "bench", SessionFacts("bench", ""), with_features=False)


def whole_window(windows: Sequence[Window]) -> Window:
    """The newest window with the faces of all of them."""
    return replace(windows[-1], sightings=tuple(seen for window in windows for seen in window.sightings))


class Stopwatch:
    """Milliseconds by name; waits for the device, which works ahead of the program."""

    def __init__(self, device: str) -> None:
        self._on_cuda = device == "cuda"
        self.ms: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        started_s = self._now_s()
        yield
        self.ms[name].append(1e3 * (self._now_s() - started_s))

    def _now_s(self) -> float:
        if self._on_cuda:
            torch.cuda.synchronize()
        return perf_counter()


@dataclass(frozen=True, slots=True)
class BenchSetup:
    """What each of the three ways works with; it opens its own face finder and keeps its own memory."""

    checkpoint: Checkpoint
    features: FeaturePipeline
    device: str
    stopwatch: Stopwatch


class StepParts:
    """The step, one part after another."""

    def __init__(self, gear: BenchSetup) -> None:
        self._live = LiveModel(gear.checkpoint, gear.device)
        self._finder, self._features, self._time = open_finder(), gear.features, gear.stopwatch.time

    def work(self, hop: RecordedHop) -> Estimate:
        """Do and time the hop's parts, and explaining it."""
        live = self._live
        with self._time("faces"):
            for frame in hop.frames:
                self._finder.look(frame)
        with self._time("preparing"):
            prepared = self._features.prepare(hop.window)
        inputs = prepared.inputs
        encoders = {"audio": live.encode_audio, "visual": live.encode_visual, "text": live.encode_text}
        for place, (name, encode) in enumerate(encoders.items()):
            if inputs.present[0, place]:
                with self._time(f"{name} encoder"):
                    encode(inputs)
        streams = live.encode(inputs)
        with self._time("fusion"):
            response, _ = live.fuse(streams)
        with self._time(BANDS):
            live.bands(response)
        with self._time(EXPLAINING):
            live.why(streams)
        return make_estimate(hop.window, prepared.presence, live.step(inputs), 0.0)  # moves the memory on


class LiveStep:
    """The step as it runs live."""

    def __init__(self, gear: BenchSetup) -> None:
        self._live = LiveModel(gear.checkpoint, gear.device)
        self._finder, self._features, self._time = open_finder(), gear.features, gear.stopwatch.time

    def work(self, hop: RecordedHop) -> None:
        """Do and time the hop."""
        with self._time(STEP):
            for frame in hop.frames:
                self._finder.look(frame)
            self._live.step(self._features.prepare(hop.window).inputs)


class NaiveStep:
    """The step with nothing kept from the hop before but the fusion's memory."""

    def __init__(self, gear: BenchSetup) -> None:
        self._network = gear.checkpoint.network.to(gear.device).float().eval()
        for encoder in (self._network.audio, self._network.text):
            encoder.body.set_attn_implementation("eager")
        self._state = self._network.fusion.start()
        self._device = gear.device
        self._finder, self._features, self._time = open_finder(), gear.features, gear.stopwatch.time

    @torch.inference_mode()
    def work(self, hop: RecordedHop, window: Window) -> None:
        """Do and time the hop on the whole window."""
        with self._time(NAIVE):
            for frame in hop.frames:
                self._finder.look(frame)
            streams = self._encode(self._features.prepare(window).inputs)
            _, self._state = self._network.fusion(streams, self._state)

    def _encode(self, inputs: ModelInputs) -> Streams:
        network, device = self._network, self._device
        audio, visual, text = (bool(there) for there in inputs.present[0])
        crops, crop_mask = inputs.crops.to(device), inputs.crop_mask.to(device)
        tokens, token_mask = inputs.tokens.to(device), inputs.token_mask.to(device)
        vectors = {
            "audio": network.audio(inputs.waveform.to(device))
            if audio
            else torch.zeros(1, network.audio.width, device=device),
            "visual": network.visual(crops, crop_mask)
            if visual
            else torch.zeros(1, network.visual.width, device=device),
            "text": network.text(tokens, token_mask) if text else torch.zeros(1, network.text.width, device=device),
        }
        streams = {name: vector[:, None] for name, vector in vectors.items()}
        return Streams(**streams, present=inputs.present[:, None].to(device))
