"""The sync test finds flashes and clicks at their delay, among noise, voices and other lights."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.capture.file import FileSource
from core.capture.source import EndOfSource
from core.lab.sync import FLASH_S, SyncProbe, click, listen_until, plan
from core.lab.sync_run import SyncRun
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, Samples, VideoFrame

TILES, TILE_PX = 8, 8
BLOCK = 320


class Scene:
    """A room in which planned flashes and clicks arrive late, among added disturbances."""

    def __init__(self, count: int = 10, seed: int = 0) -> None:
        self.planned_s = plan(count, seed)
        self.length_s = listen_until(self.planned_s)
        self.random = np.random.default_rng(seed)
        self.probe = SyncProbe()
        self.captured: list[Chunk] = []

    def capture(self, chunk: Chunk) -> None:
        self.captured.append(chunk)
        self.probe.chunk(chunk)

    def listen(
        self, late_s: float, drift: float = 0.0, gain: float = 0.3, noise: float = 0.01, other=None, gap=(0, 0)
    ) -> None:
        sound = self.random.normal(0, noise, round(self.length_s * SAMPLE_RATE_HZ)).astype(np.float32)
        if other is not None:
            sound += np.resize(other, sound.size)
        for at_s in self.planned_s:
            first = round((at_s * (1 + drift) + late_s) * SAMPLE_RATE_HZ)
            if first >= 0:
                piece = sound[first : first + click().size]
                piece += gain * click()[: piece.size]
            self.probe.clicked(at_s)
        for first in range(0, sound.size, BLOCK):
            t_s = first / SAMPLE_RATE_HZ
            if not gap[0] <= t_s < gap[1]:
                self.capture(AudioBlock(t_s, sound[first : first + BLOCK]))

    def look(self, late_s: float, drift=0.0, brighter=40.0, rate_hz=30.0, room=None) -> None:
        begins_s = np.array(self.planned_s) * (1 + drift) + late_s
        shakes_s = self.random.uniform(-0.1, 0.1, round(self.length_s * rate_hz)) / rate_hz
        for t_s in np.arange(shakes_s.size) / rate_hz + shakes_s:
            lit = bool(((begins_s <= t_s) & (t_s < begins_s + FLASH_S)).any())
            level = 60.0 + brighter * lit + (room(t_s) if room else 0.0)
            grain = self.random.normal(level, 4.0, (TILES, TILES, 3)).clip(0, 255).astype(np.uint8)
            self.capture(VideoFrame(float(t_s), grain.repeat(TILE_PX, 0).repeat(TILE_PX, 1)))
        for at_s in self.planned_s:
            self.probe.flashed(at_s)


def sound_of(file: Path) -> Samples:
    source, blocks = FileSource(file, paced=False), []
    source.open(lambda: 0.0)
    with closing(source), suppress(EndOfSource):
        while True:
            blocks.append(source.read(1.0).samples)
    return np.concatenate(blocks)


def test_the_plan_is_safe_for_photosensitive_people_and_uneven():
    planned_s = plan(40, seed=3)
    gaps_s = np.diff(planned_s)
    assert len(planned_s) == 40
    assert gaps_s.min() > 1.0
    assert gaps_s.std() > 0.05
    assert plan(40, seed=3) == planned_s != plan(40, seed=4)


def test_a_click_fades_in_and_out():
    sound = click()
    assert sound.dtype == np.float32
    assert abs(sound[0]) < 0.01
    assert abs(sound[-1]) < 0.01
    assert np.abs(sound).max() <= 0.5


@settings(max_examples=15, deadline=None)
@given(
    late_s=st.floats(-0.2, 1.1),
    gain=st.floats(0.02, 1.0),
    noise=st.sampled_from((0.0, 0.003, 0.01)),
    seed=st.integers(0, 999),
)
def test_clicks_are_found_at_any_delay(late_s, gain, noise, seed):
    scene = Scene(8, seed)
    scene.listen(late_s, gain=gain, noise=noise)
    sound = scene.probe.result().sound
    assert sound.found == sound.emitted == 8
    assert sound.offset_ms == pytest.approx(1000 * late_s, abs=0.5)
    assert sound.jitter_ms == pytest.approx(0.0, abs=0.3)


@settings(max_examples=15, deadline=None)
@given(
    late_s=st.floats(-0.2, 0.9),
    brighter=st.floats(5.0, 150.0),  # of 255; at 2 a slow camera misses one in six
    rate_hz=st.sampled_from((12.0, 25.0, 30.0, 60.0)),
    seed=st.integers(0, 999),
)
def test_flashes_are_found_at_any_delay(late_s, brighter, rate_hz, seed):
    scene = Scene(8, seed)
    scene.look(late_s, brighter=brighter, rate_hz=rate_hz)
    picture = scene.probe.result().picture
    assert picture.found >= 7
    assert picture.offset_ms == pytest.approx(1000 * late_s, abs=700 / rate_hz)
    assert picture.jitter_ms < 700 / rate_hz


@settings(max_examples=5, deadline=None)
@given(drift=st.floats(-6e-4, 6e-4), seed=st.integers(0, 999))
def test_a_minute_gives_the_drift_with_its_interval(drift, seed):
    scene = Scene(45, seed)
    scene.listen(0.1, drift)
    scene.look(0.15, drift, rate_hz=30.0)
    report = scene.probe.result()
    expected = drift * 60_000
    for found in (report.sound, report.picture):
        assert found.drift_within_ms_per_min < 15.0
        assert abs(found.drift_ms_per_min - expected) < 2.5 * found.drift_within_ms_per_min
    assert report.sound.drift_within_ms_per_min < 0.5
    assert report.sound_minus_picture_ms == pytest.approx(-50.0, abs=12.0)


def test_a_short_test_reports_no_drift_of_the_picture():
    scene = Scene(10)
    scene.look(0.1)
    assert any("too short to measure a drift" in sentence for sentence in scene.probe.result().sentences)


def test_voices_and_tones_neither_hide_clicks_nor_count_as_clicks(media):
    voice = sound_of(media / "LJ001-0004.wav")
    tone = 0.2 * np.sin(2 * np.pi * 2500 * np.arange(voice.size) / SAMPLE_RATE_HZ).astype(np.float32)
    heard, deaf = Scene(10), Scene(10)
    heard.listen(0.2, gain=0.3, other=voice + tone)
    deaf.listen(0.2, gain=0.0, other=voice + tone)
    assert heard.probe.result().sound.found >= 8
    assert heard.probe.result().sound.offset_ms == pytest.approx(200.0, abs=1.0)
    nothing = deaf.probe.result()
    assert nothing.sound.offset_ms is None
    assert "Turn the volume up" in nothing.sentences[0]


def test_an_echo_louder_than_the_click_is_ignored():
    scene = Scene(8)
    echo = np.zeros(round(scene.length_s * SAMPLE_RATE_HZ), np.float32)
    for at_s in scene.planned_s:
        first = round((at_s + 0.2 + 0.03) * SAMPLE_RATE_HZ)
        echo[first : first + click().size] += 0.33 * click()
    scene.listen(0.2, gain=0.3, other=echo)
    assert scene.probe.result().sound.offset_ms == pytest.approx(200.0, abs=1.0)


def test_changing_room_light_is_no_flash():
    def room(t_s: float) -> float:
        return 20 * np.sin(t_s / 3) + 1.5 * np.sin(2 * np.pi * 10.3 * t_s) + 30 * (t_s > 7.3)

    bright, dark = Scene(10), Scene(10)
    bright.look(0.12, brighter=25, room=room)
    dark.look(0.12, brighter=0, room=room)
    assert bright.probe.result().picture.found >= 8
    assert bright.probe.result().picture.offset_ms == pytest.approx(120.0, abs=25.0)
    nothing = dark.probe.result()
    assert nothing.picture.offset_ms is None
    assert "Point the camera at the screen or at a mirror" in nothing.sentences[0]


def test_some_emissions_may_be_missed():
    scene = Scene(10)
    scene.listen(0.2, gap=(4.0, 7.0))
    report = scene.probe.result()
    assert 6 <= report.sound.found < 10
    assert report.sound.offset_ms == pytest.approx(200.0, abs=1.0)
    assert report.picture.emitted == 0
    assert json.loads(json.dumps(report.to_json()))["sound"]["found"] == report.sound.found


def test_no_capture_at_all_is_reported():
    probe = SyncProbe()
    for at_s in plan(5):
        probe.flashed(at_s)
        probe.clicked(at_s)
    report = probe.result()
    assert (report.picture.found, report.sound.found, report.sound_minus_picture_ms) == (0, 0, None)
    assert len(report.sentences) == 2
    assert SyncProbe().result().sentences == ()


def test_chunks_are_collected_only_while_a_test_is_on():
    scene = Scene(5)
    moments_s = iter(scene.planned_s)
    run = SyncRun(lambda: next(moments_s))
    scene.listen(0.1)
    scene.look(0.1)
    run.chunk(AudioBlock(0.0, click()))
    run.emit()
    assert run.finish().sentences == ()
    run.start()
    for _ in scene.planned_s:
        run.emit()
    for chunk in scene.captured:
        run.chunk(chunk)
    report = run.finish()
    assert (report.sound.found, report.picture.found) == (5, 5)
    assert run.report is report
    run.start()
    run.cancel()
    assert run.report is report
