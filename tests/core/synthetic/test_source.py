"""The synthetic learner: deterministic by seed, found by the real detector, recognised by the real recogniser."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from core.capture.source import EndOfSource
from core.errors import CaptureError
from core.features.face_detector import YuNet, network_file
from core.settings import SpeechSettings
from core.speech.select_recognizer import open_recognizer
from core.synthetic.appearance import LOOKS
from core.synthetic.face import FacePainter
from core.synthetic.motion import LearnerMotion
from core.synthetic.schedule import MOODS, MoodSchedule
from core.synthetic.source import BLOCK, SyntheticSource
from core.synthetic.voice import SyntheticVoice, load_sentences
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, VideoFrame


def everything(source: SyntheticSource, clock: Callable[[], float] = time.monotonic) -> list[Chunk]:
    source.open(clock)
    chunks: list[Chunk] = []
    try:
        while True:
            chunk = source.read(1.0)
            if chunk is not None:
                chunks.append(chunk)
    except EndOfSource:
        return chunks
    finally:
        source.close()


def sound(chunks: list[Chunk]) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in chunks if isinstance(chunk, AudioBlock)])


def test_the_same_seed_gives_the_same_learner() -> None:
    one, same = (everything(SyntheticSource(3, paced=False, duration_s=1.5, frame_width_px=320)) for _ in range(2))
    other = everything(SyntheticSource(4, paced=False, duration_s=1.5, frame_width_px=320))
    pictures = [[chunk for chunk in run if isinstance(chunk, VideoFrame)] for run in (one, same, other)]
    assert all(np.array_equal(a.rgb, b.rgb) for a, b in zip(pictures[0], pictures[1], strict=True))
    assert np.array_equal(sound(one), sound(same))
    assert not np.array_equal(pictures[0][0].rgb, pictures[2][0].rgb)
    assert not np.array_equal(sound(one), sound(other))


def test_pictures_and_sound_come_in_the_order_of_their_times() -> None:
    chunks = everything(SyntheticSource(0, paced=False, duration_s=2.0, frame_width_px=320))
    times = [chunk.t_s for chunk in chunks]
    pictures = [chunk for chunk in chunks if isinstance(chunk, VideoFrame)]
    assert times == sorted(times)
    assert len(pictures) == 60
    assert pictures[0].rgb.shape == (180, 320, 3)
    assert sound(chunks).size == 2 * SAMPLE_RATE_HZ
    assert sound(chunks).dtype == np.float32


def test_when_paced_it_follows_the_clock() -> None:
    start = time.monotonic()
    source = SyntheticSource(0, paced=True, duration_s=1.2, frame_width_px=320)
    late = []
    source.open(lambda: time.monotonic() - start)
    opened_s = time.monotonic() - start
    with pytest.raises(EndOfSource):
        while_reading(source, lambda chunk: late.append(time.monotonic() - start - chunk.t_s))
    assert min(late) >= 0.0
    assert time.monotonic() - start - opened_s >= 1.1
    source.close()


def while_reading(source: SyntheticSource, see: Callable[[Chunk], None]) -> None:
    while True:
        chunk = source.read(0.5)
        if chunk is not None:
            see(chunk)


def test_a_late_reader_misses_pictures_and_no_sound() -> None:
    now = [0.0]
    source = SyntheticSource(0, paced=True, duration_s=4.0, frame_width_px=320)
    source.open(lambda: now[0])
    now[0] = 3.0
    first = [source.read(0.0) for _ in range(76)]
    source.close()
    blocks = [chunk for chunk in first if isinstance(chunk, AudioBlock)]
    assert [round(block.t_s * SAMPLE_RATE_HZ) for block in blocks[:70]] == [place * BLOCK for place in range(70)]
    pictures = [chunk for chunk in first if isinstance(chunk, VideoFrame)]
    assert all(picture.t_s >= 2.8 for picture in pictures)


def test_nothing_comes_before_its_time() -> None:
    source = SyntheticSource(0, paced=True, frame_width_px=320)
    source.open(lambda: 5.0)
    first = [source.read(0.0) for _ in range(4)]
    source.close()
    assert [chunk.t_s for chunk in first if chunk] == [5.0, 5.0]
    assert first[2:] == [None, None]
    with pytest.raises(CaptureError, match="not open"):
        source.read(0.0)


@pytest.mark.parametrize("seed", range(len(LOOKS)))
def test_the_real_detector_finds_the_drawn_face_in_every_mood(seed: int) -> None:
    schedule, detector = MoodSchedule(seed), YuNet(network_file())
    motion, painter = LearnerMotion(seed, schedule), FacePainter(seed, width_px=320)
    here, moods = [], set()
    for t_s in np.arange(0.5, 90.0, 2.5):
        episode = schedule.at(float(t_s))
        pose = motion.pose(float(t_s), voice=float(t_s % 1.0))
        faces = detector.detect(painter.paint(pose))
        if abs(pose.x) < 30:
            here.append(len(faces))
            moods.add(episode.mood)
        elif abs(pose.x) > 400:
            assert faces == []
    assert set(here) == {1}
    assert moods == set(MOODS)


def test_the_learner_is_sometimes_absent() -> None:
    schedule = MoodSchedule(0)
    away = [schedule.at(float(t_s)).back_s > t_s for t_s in range(600)]
    assert 0.02 < np.mean(away) < 0.2


def test_the_mouth_moves_with_the_voice() -> None:
    voice = SyntheticVoice(0, MoodSchedule(0), load_sentences())
    said = voice.utterances(0.0)[0]
    inside = [voice.loudness(float(t_s)) for t_s in np.arange(said.first, said.last, 800) / SAMPLE_RATE_HZ]
    assert max(inside) > 0.5
    assert voice.loudness(said.first / SAMPLE_RATE_HZ - 0.5) == 0.0


def test_every_mood_has_sentences() -> None:
    sentences = load_sentences()
    assert {sentence.mood for sentence in sentences} == set(MOODS)
    assert all(0.3 < np.abs(sentence.samples).max() < 0.9 for sentence in sentences)


def test_the_real_recogniser_understands_what_is_said() -> None:
    schedule = MoodSchedule(0)
    voice = SyntheticVoice(0, schedule, load_sentences())
    said = [word for t_s in (0.0, 12.0) for u in voice.utterances(t_s) for word in u.sentence.text.lower().split()]
    recognizer = open_recognizer(SpeechSettings(recognizer="pocketsphinx"), pytest.fail)
    end = round(schedule.at(12.0).end_s * SAMPLE_RATE_HZ)
    heard = [
        word
        for first in range(0, end, 1600)
        for word in recognizer.feed(voice.samples(first, 1600), first / SAMPLE_RATE_HZ)
    ]
    heard += recognizer.flush()
    recognizer.close()
    understood = [word for word in said if word in {entry.text for entry in heard}]
    assert len(understood) > 0.75 * len(said)
