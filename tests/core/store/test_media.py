"""Picture and sound in one file: in sync with the session, also after the program is killed."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.capture.file import FileSource
from core.capture.source import EndOfSource
from core.settings import StoreSettings
from core.store.layout import LATE_MEDIA
from core.store.matroska import PICTURE_WITHIN_S
from core.store.media import PICTURES_WAITING, MediaRecorder
from core.store.recorder import SessionRecorder
from core.store.session_library import SessionLibrary
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, VideoFrame
from tests.core.store.made_sessions import ID, estimate, facts
from tests.support.waiting import until

FLASH_S = (1.0, 2.2, 3.2)
LENGTH_S = 4.0
BEGINS_S = 0.7
"""Time of the first picture and sound: devices start late."""


def chunks_of(path: Path) -> list[Chunk]:
    source, chunks = FileSource(path, paced=False), []
    source.open(lambda: 0.0)
    try:
        while True:
            chunk = source.read(0.0)
            assert chunk is not None
            chunks.append(chunk)
    except EndOfSource:
        return chunks
    finally:
        source.close()


def pictures(chunks: list[Chunk]) -> list[VideoFrame]:
    return [chunk for chunk in chunks if isinstance(chunk, VideoFrame)]


def sound(chunks: list[Chunk]) -> np.ndarray:
    """The whole sound from session time 0 on, with silence for gaps."""
    blocks = [chunk for chunk in chunks if isinstance(chunk, AudioBlock)]
    before = np.zeros(round(blocks[0].t_s * SAMPLE_RATE_HZ), np.float32)
    parts = [part for block in blocks for part in (np.zeros(block.lost, np.float32), block.samples)]
    return np.concatenate([before, *parts])


def flashes_and_clicks(lit: tuple[float, ...] = FLASH_S) -> list[Chunk]:
    """A dark picture at 25 Hz with 100 ms flashes, and clicks of 20 ms that begin with each."""
    chunks: list[Chunk] = []
    for tick in range(round(BEGINS_S * 25), round(LENGTH_S * 25)):
        t_s = tick / 25
        bright = any(flash_s <= t_s < flash_s + 0.1 for flash_s in lit)
        chunks.append(VideoFrame(t_s, np.full((120, 161, 3), 255 if bright else 10, np.uint8)))
        times_s = t_s + np.arange(SAMPLE_RATE_HZ // 25) / SAMPLE_RATE_HZ
        clicking = np.any([(times_s >= flash_s) & (times_s < flash_s + 0.02) for flash_s in lit], axis=0)
        chunks.append(AudioBlock(t_s, (0.8 * clicking).astype(np.float32)))
    return chunks


def record_all(file: Path, chunks: list[Chunk]) -> MediaRecorder:
    """Queue chunks one by one, so that none is dropped."""
    media = MediaRecorder(lambda _: None)
    media.begin(file)
    for chunk in chunks:
        media.put(chunk)
        until(lambda: media.waiting < PICTURES_WAITING)
    until(lambda: media.waiting == 0)
    media.end(5.0)
    assert media.problem == ""
    return media


def rises(times_s: np.ndarray, levels: np.ndarray) -> list[float]:
    return times_s[1:][(levels[1:] > 0.4) & (levels[:-1] <= 0.4)].tolist()


def test_flashes_and_clicks_stay_where_they_were(tmp_path: Path) -> None:
    file = tmp_path / "media.mkv"
    media = record_all(file, flashes_and_clicks())
    chunks = chunks_of(file)
    seen = pictures(chunks)
    seen_s = rises(np.array([each.t_s for each in seen]), np.array([each.rgb.mean() / 255 for each in seen]))
    heard = sound(chunks)
    heard_s = rises(np.arange(heard.size) / SAMPLE_RATE_HZ, heard)
    assert media.dropped == 0
    assert seen_s == pytest.approx(FLASH_S, abs=0.002)
    assert heard_s == pytest.approx(FLASH_S, abs=0.002)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", [VideoFrame, AudioBlock])
def test_pictures_or_sound_alone_keep_their_times(tmp_path: Path, kind: type) -> None:
    made = [chunk for chunk in flashes_and_clicks() if isinstance(chunk, kind)]
    record_all(tmp_path / "media.mkv", made)
    chunks = chunks_of(tmp_path / "media.mkv")
    assert {type(chunk) for chunk in chunks} == {kind}
    if kind is VideoFrame:
        times_s = [each.t_s for each in pictures(chunks)]
        assert times_s == pytest.approx([0.0, *(each.t_s for each in made)], abs=0.001)
    else:
        heard = sound(chunks)
        assert rises(np.arange(heard.size) / SAMPLE_RATE_HZ, heard) == pytest.approx(FLASH_S, abs=0.002)


def test_a_real_clip_plays_back_in_sync(tmp_path: Path, media: Path) -> None:
    clip = pictures(chunks_of(media / "WolfgangLanger_Pexels.mp4"))[:40]
    spoken = chunks_of(media / "LJ001-0002.wav")
    record_all(tmp_path / "media.mkv", sorted([*clip, *spoken], key=lambda chunk: chunk.t_s))
    played = chunks_of(tmp_path / "media.mkv")
    assert [each.t_s for each in pictures(played)] == pytest.approx([each.t_s for each in clip], abs=0.001)
    unlike = [
        float(np.abs(one.rgb.astype(int) - other.rgb.astype(int)).mean())
        for one, other in zip(clip, pictures(played), strict=True)
    ]
    assert max(unlike) < 4.0
    said, heard = sound(spoken), sound(played)
    assert heard.size == said.size
    np.testing.assert_allclose(heard, said, atol=1e-4)


def test_a_gap_in_the_sound_stays_a_gap(tmp_path: Path) -> None:
    made = [AudioBlock(t_s, np.full(1600, 0.5, np.float32)) for t_s in (0.0, 0.1, 0.9)]
    record_all(tmp_path / "media.mkv", made)
    heard = sound(chunks_of(tmp_path / "media.mkv"))
    assert heard.size == 16_000
    assert heard[:3_200].min() > 0.4
    assert np.abs(heard[3_300:14_300]).max() == 0.0


def test_too_many_pictures_are_dropped_and_counted(tmp_path: Path) -> None:
    media = MediaRecorder(lambda _: None)
    for chunk in flashes_and_clicks():  # the encoder has not started
        media.put(chunk)
    assert media.dropped == len(pictures(flashes_and_clicks())) - PICTURES_WAITING
    media.begin(tmp_path / "media.mkv")
    media.end(5.0)
    assert len(pictures(chunks_of(tmp_path / "media.mkv"))) == PICTURES_WAITING + 1  # the first is repeated at time 0
    assert sound(chunks_of(tmp_path / "media.mkv")).size == pytest.approx(LENGTH_S * SAMPLE_RATE_HZ, abs=1)


def test_a_folder_that_cannot_be_written_is_reported_once(tmp_path: Path) -> None:
    said: list[str] = []
    media = MediaRecorder(said.append)
    media.begin(tmp_path / "nowhere" / "media.mkv")
    for chunk in flashes_and_clicks():
        media.put(chunk)
    until(lambda: media.problem)
    media.end(1.0)
    assert said == [media.problem]
    assert "everything else is" in said[0]


@pytest.mark.parametrize("shape", [(1, 1, 3), (120, 160)])
def test_a_picture_that_cannot_be_encoded_is_reported_once(tmp_path: Path, shape: tuple[int, ...]) -> None:
    said: list[str] = []
    media = MediaRecorder(said.append)
    media.begin(tmp_path / "media.mkv")
    media.put(VideoFrame(0.0, np.zeros(shape, np.uint8)))
    until(lambda: media.problem)
    media.put(VideoFrame(0.1, np.zeros((120, 160, 3), np.uint8)))
    media.end(1.0)
    assert said == [media.problem]
    assert "everything else is" in said[0]


def test_late_pictures_go_to_a_second_file(tmp_path: Path) -> None:
    said: list[str] = []
    media = MediaRecorder(said.append)
    begins_s = PICTURE_WITHIN_S + 2.0
    for tick in range(round(begins_s)):
        media.put(AudioBlock(float(tick), np.full(SAMPLE_RATE_HZ, 0.5, np.float32)))
    media.begin(tmp_path / "media.mkv")
    until(lambda: media.waiting == 0)
    for tick in range(10):
        media.put(VideoFrame(begins_s + tick / 10, np.zeros((120, 160, 3), np.uint8)))
        media.put(AudioBlock(begins_s + tick / 10, np.full(1600, 0.5, np.float32)))
    media.end(5.0)
    before, after = chunks_of(tmp_path / "media.mkv"), chunks_of(tmp_path / LATE_MEDIA)
    assert (pictures(before), sound(before).size) == ([], round(begins_s) * SAMPLE_RATE_HZ)
    assert [each.t_s for each in pictures(after)] == pytest.approx([0.0, *(begins_s + np.arange(10) / 10)], abs=0.001)
    assert np.abs(sound(after)[: round((begins_s - 0.1) * SAMPLE_RATE_HZ)]).max() == 0.0
    assert sound(after)[round((begins_s + 0.1) * SAMPLE_RATE_HZ) :].min() > 0.4
    assert (len(said), media.problem) == (1, "")


def test_media_is_recorded_only_if_the_settings_say_so(tmp_path: Path) -> None:
    recorder = SessionRecorder(tmp_path, StoreSettings(media=True), lambda _: None)
    recorder.begin(facts())
    for chunk in flashes_and_clicks()[:40]:
        recorder.chunk(chunk)
    recorder.step(estimate(0.5))
    recorder.end({})
    library = SessionLibrary(tmp_path)
    assert library.lines()[0].has_media
    assert len(pictures(chunks_of(library.media(ID) or tmp_path))) == 20 + 1
    library.erase(ID)
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_was_cut_off_plays(tmp_path: Path) -> None:
    file = tmp_path / "media.mkv"
    command = [sys.executable, "-m", "tests.core.store.media_process", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        handed_over_s = float(child.stdout.readline())
        child.kill()
    chunks = chunks_of(file)
    assert pictures(chunks)[-1].t_s > handed_over_s - 1.0
    assert sound(chunks).size / SAMPLE_RATE_HZ > handed_over_s - 1.0
