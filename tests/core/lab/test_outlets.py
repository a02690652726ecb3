"""The streams of a session, as received by another process that records them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.lab.outlets import LslOutlets
from core.session_observer import SessionFacts
from core.types import (
    MODALITIES,
    STATES,
    Activity,
    Estimate,
    Event,
    Marker,
    Presence,
    Reason,
    SelfReport,
    Word,
)
from tests.support.lsl import Peer

LISTENER = Path(__file__).parents[2] / "support" / "lsl_listener.py"
CLOSES_WITHIN_S = 1.0
FACTS = SessionFacts(
    "s-20260501-1", "2026-05-01T10:00:00Z", purpose="research", profile="compact", checkpoint_sha256="3f9a", hop_s=0.25
)
HERE = Presence(True)
STEP = Estimate(
    10.5,
    np.array([0.1, 0.6, 0.2, 0.1], np.float32),
    np.array([0.25, 0.75, 0.0], np.float32),
    np.zeros(3, np.float32),
    np.ones(3, np.float32),
    {"audio": HERE, "visual": HERE, "text": Presence(False, 0.0, Reason.NO_WORDS)},
    None,
    5.0,
    words=(Word("secret", 9.0, 9.5),),
)
GONE = Presence(False, 0.0, Reason.SILENCE)
NOTHING = replace(
    STEP,
    t_s=11.0,
    probabilities=np.full(4, np.nan, np.float32),
    weights=np.zeros(3, np.float32),
    presence=dict.fromkeys(MODALITIES, GONE),
    abstains=Reason.NOTHING_PRESENT,
)


class SteppedClock:
    """A session clock under the test's control: LSL time minus `began_s`, or held at a moment."""

    def __init__(self) -> None:
        self.began_s = time.monotonic() - 11.0
        self.held_s: float | None = None

    def __call__(self) -> float:
        return time.monotonic() - self.began_s if self.held_s is None else self.held_s


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def outlets(clock: SteppedClock) -> Iterator[LslOutlets]:
    made = LslOutlets(clock)
    made.begin(FACTS)
    yield made
    made.end({})


@pytest.fixture
def recorder(outlets: LslOutlets) -> Iterator[Peer]:
    with Peer(LISTENER, "EduEmotionNet", "3") as peer:
        yield peer


def samples(peer: Peer, count: int) -> list[dict]:
    return [peer.next() for _ in range(count)]


def test_a_recorder_finds_three_described_streams(recorder):
    told = recorder.next()
    assert {name: (one["type"], one["channel_count"], one["channel_format"]) for name, one in told.items()} == {
        "EduEmotionNet": ("Affect", "5", "float32"),
        "EduEmotionNet-Weights": ("Weights", "3", "float32"),
        "EduEmotionNet-Markers": ("Markers", "1", "string"),
    }
    assert [label for label, _ in told["EduEmotionNet"]["channels"]] == [*STATES, "undecided"]
    assert {unit for _, unit in told["EduEmotionNet"]["channels"][:4]} == {"probability"}
    assert [label for label, _ in told["EduEmotionNet-Weights"]["channels"]] == list(MODALITIES)
    assert len({one["source_id"] for one in told.values()}) == 3
    for one in told.values():
        facts = one["acquisition"]
        assert one["source_id"].endswith(FACTS.id)
        assert (facts["checkpoint_sha256"], facts["hop_s"], facts["purpose"]) == ("3f9a", "0.25", "research")


def test_values_and_times_arrive_unchanged(outlets, recorder, clock):
    recorder.next()
    for estimate in (STEP, NOTHING):
        outlets.step(estimate)
    came = samples(recorder, 4)
    states = [one for one in came if one["stream"] == "EduEmotionNet"]
    weights = [one for one in came if one["stream"] == "EduEmotionNet-Weights"]
    assert states[0]["sample"] == pytest.approx([0.1, 0.6, 0.2, 0.1, 0.0])
    assert np.isnan(states[1]["sample"][:4]).all()
    assert states[1]["sample"][4] == 1.0
    assert weights[0]["sample"] == pytest.approx([0.25, 0.75, np.nan], nan_ok=True)
    assert np.isnan(weights[1]["sample"]).all()
    for pair in (states, weights):
        assert pair[1]["lsl_s"] - pair[0]["lsl_s"] == pytest.approx(0.5, abs=1e-4)
        assert pair[0]["lsl_s"] == pytest.approx(lsl_time(clock, 10.5), abs=0.005)


def test_a_pause_shifts_the_times_after_it_and_not_their_spacing(outlets, recorder, clock):
    recorder.next()
    outlets.step(STEP)
    clock.held_s = clock()
    clock.began_s, clock.held_s = clock.began_s + 5.0, None  # a pause of five seconds
    outlets.step(replace(STEP, t_s=11.0))
    outlets.step(replace(STEP, t_s=11.5))
    first, second, third = [one["lsl_s"] for one in samples(recorder, 6) if one["stream"] == "EduEmotionNet"]
    assert second - first == pytest.approx(5.5, abs=0.01)
    assert third - second == pytest.approx(0.5, abs=1e-4)


def test_entries_are_sent_as_markers_and_words_are_not_sent(outlets, recorder):
    recorder.next()
    outlets.words((Word("secret", 1.0, 2.0),))
    for entry in (
        Marker(10.0, "task 2"),
        Marker(10.1, "from elsewhere", "lab"),
        SelfReport(10.2, "Curious", "probe"),
        Activity(10.3, "focus", "algebra"),
        Activity(10.4, "note", "my secret note"),
        Event(10.5, "device", "camera: lost. The picture of Anna’s phone at /dev/video2 stopped. Plug it in again."),
        Event(10.6, "error", "/home/anna/secret.db cannot be written."),
    ):
        outlets.entry(entry)
    assert [one["sample"][0] for one in samples(recorder, 6)] == [
        "marker/key: task 2",
        "report/probe: Curious",
        "activity/focus: algebra",
        "activity/note",
        "event/device: camera: lost",
        "event/error",
    ]


def test_the_end_sends_the_last_sample_and_closes_in_time(outlets, recorder):
    recorder.next()
    outlets.entry(Event(10.0, "run", "stopped"))
    before_s = time.monotonic()
    outlets.end({})
    assert time.monotonic() - before_s < CLOSES_WITHIN_S
    assert recorder.next()["sample"] == ["event/run: stopped"]
    assert {recorder.next()["lost"] for _ in range(3)} == {
        "EduEmotionNet", "EduEmotionNet-Weights", "EduEmotionNet-Markers"
    }  # fmt: skip
    outlets.step(STEP)  # from a thread that was slower than the end: nothing is sent, and nothing raised


def lsl_time(clock: SteppedClock, t_s: float) -> float:
    import pylsl

    return pylsl.local_clock() - clock() + t_s


REFUSED = """
import json
from core.errors import LabError
from core.session_observer import SessionFacts
from core.lab.outlets import LslOutlets
outlets = LslOutlets(lambda: 0.0)
try:
    outlets.begin(SessionFacts("one", ""))
except LabError as error:
    print(json.dumps(str(error)))
outlets.end({})
"""


def test_a_refused_stream_is_an_error_with_one_sentence(tmp_path):
    """One port is not enough for three streams."""
    configuration = tmp_path / "one-port.cfg"
    configuration.write_text("[ports]\nBasePort = 16990\nPortRange = 1\nAllowRandomPorts = 0\nIPv6 = disable\n")
    ended = subprocess.run(
        (sys.executable, "-c", REFUSED),
        env=os.environ | {"LSLAPICFG": str(configuration)},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert json.loads(ended.stdout).startswith("Lab streams cannot be offered (")
