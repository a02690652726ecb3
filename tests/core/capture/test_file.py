"""Recordings: irregular time stamps, any audio format, any order of tracks, damage."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from core.capture.file import FileSource
from core.capture.source import EndOfSource
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, VideoFrame
from tests.support.media import write_clip

TONE_HZ = 220


def read_all(source: FileSource) -> list[Chunk]:
    chunks: list[Chunk] = []
    while True:
        try:
            chunk = source.read(0.0)
        except EndOfSource:
            return chunks
        assert chunk is not None
        chunks.append(chunk)


def take(path: Path, frame_width_px: int = 640) -> tuple[FileSource, list[VideoFrame], list[AudioBlock]]:
    source = FileSource(path, paced=False, frame_width_px=frame_width_px)
    source.open(lambda: 0.0)
    chunks = read_all(source)
    source.close()
    times = [chunk.t_s for chunk in chunks]
    assert times == sorted(times)
    frames = [chunk for chunk in chunks if isinstance(chunk, VideoFrame)]
    return source, frames, [chunk for chunk in chunks if isinstance(chunk, AudioBlock)]


def joined(blocks: list[AudioBlock]) -> np.ndarray:
    """The sound as one array; every block must begin where the previous one ended."""
    end_s = blocks[0].t_s
    for block in blocks:
        assert block.t_s == pytest.approx(end_s + block.lost / SAMPLE_RATE_HZ, abs=1e-6)
        end_s = block.t_s + block.samples.size / SAMPLE_RATE_HZ
    return np.concatenate([block.samples for block in blocks])


def test_pictures_and_sound_come_in_the_order_of_their_times(tmp_path):
    source, frames, blocks = take(write_clip(tmp_path / "clip.mp4", seconds=2.0))
    assert source.has_video
    assert source.has_audio
    assert len(frames) == 30
    assert frames[0].rgb.shape == (120, 160, 3)
    assert joined(blocks).size / SAMPLE_RATE_HZ == pytest.approx(2.0, abs=0.1)
    assert source.duration_s == pytest.approx(2.0, abs=0.1)
    assert source.status().message == ""


def test_a_frame_rate_that_varies_is_kept(tmp_path):
    times = [0.0, 0.04, 0.3, 0.35, 1.2, 1.9]
    _, frames, _ = take(write_clip(tmp_path / "clip.mkv", frame_times_s=times))
    assert [frame.t_s for frame in frames] == pytest.approx(times, abs=0.002)


@pytest.mark.parametrize(("rate_hz", "channels"), [(8_000, 1), (16_000, 1), (44_100, 2), (48_000, 5)])
def test_any_sound_becomes_16_khz_mono(tmp_path, rate_hz, channels):
    _, _, blocks = take(write_clip(tmp_path / "clip.mp4", rate_hz=rate_hz, channels=channels, video=False))
    sound = joined(blocks)
    middle = sound[SAMPLE_RATE_HZ // 2 : SAMPLE_RATE_HZ // 2 + SAMPLE_RATE_HZ]
    assert np.abs(np.fft.rfft(middle)).argmax() == TONE_HZ
    assert np.abs(sound).max() <= 1.0
    assert max(block.samples.size for block in blocks) <= 800
    if channels <= 2:
        assert middle.std() == pytest.approx(0.2 / 2**0.5, rel=0.05)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_sample_that_is_no_number_spoils_no_other_sound(tmp_path, rate_hz, value):
    sound = np.full(2 * rate_hz, 0.1, np.float32)
    sound[rate_hz] = value
    layout = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, rate_hz, 4 * rate_hz, 4, 32)  # 3: float samples
    data = struct.pack("<4sI", b"data", sound.nbytes) + sound.tobytes()
    riff = struct.pack("<4sI4s", b"RIFF", 4 + len(layout) + len(data), b"WAVE")
    (tmp_path / "sound.wav").write_bytes(riff + layout + data)
    _, _, blocks = take(tmp_path / "sound.wav")
    read = joined(blocks)
    assert read.size == pytest.approx(2 * SAMPLE_RATE_HZ, abs=20)
    assert np.abs(read).max() <= 1.0
    assert np.mean(np.abs(read - 0.1) > 0.01) < 0.01


@pytest.mark.parametrize(("video", "audio"), [(True, False), (False, True)])
def test_a_file_may_have_only_pictures_or_only_sound(tmp_path, video, audio):
    source, frames, blocks = take(write_clip(tmp_path / "clip.mp4", video=video, audio=audio))
    assert (source.has_video, source.has_audio) == (video, audio)
    assert (bool(frames), bool(blocks)) == (video, audio)


def test_pictures_may_begin_late(tmp_path):
    _, frames, blocks = take(write_clip(tmp_path / "clip.mkv", frame_times_s=[1.0, 1.1, 1.2]))
    assert frames[0].t_s == pytest.approx(1.0, abs=0.03)
    assert blocks[0].t_s == pytest.approx(0.0, abs=0.03)


def test_sound_may_begin_late_and_end_later(tmp_path):
    _, frames, blocks = take(write_clip(tmp_path / "clip.mkv", frame_times_s=[0.0, 0.1], sound_from_s=1.5))
    assert frames[-1].t_s == pytest.approx(0.1, abs=0.03)
    assert blocks[0].t_s == pytest.approx(1.5, abs=0.1)
    assert blocks[-1].t_s == pytest.approx(3.45, abs=0.1)


def test_a_wide_picture_is_scaled_down_with_its_aspect_ratio(tmp_path):
    _, frames, _ = take(write_clip(tmp_path / "clip.mp4", audio=False), frame_width_px=80)
    assert frames[0].rgb.shape == (60, 80, 3)


def test_a_rotated_recording_gives_upright_pictures(tmp_path):
    upright = write_clip(tmp_path / "clip.mp4", audio=False)
    content = upright.read_bytes()
    matrix = content.index(b"tkhd") + 44  # after version, times, id, duration, layer, group and volume
    quarter = np.array([0, 0x10000, 0, -0x10000, 0, 0, 120 << 16, 0, 0x40000000], ">i4").tobytes()
    turned = tmp_path / "turned.mp4"
    turned.write_bytes(content[:matrix] + quarter + content[matrix + 36 :])
    plain, shown = take(upright)[1][0].rgb, take(turned, frame_width_px=120)[1][0].rgb
    assert shown.shape == (160, 120, 3)
    assert np.abs(np.rot90(plain, -1).astype(int) - shown).mean() < 2


def test_paced_chunks_wait_for_the_session_clock(tmp_path):
    now_s = [0.0]
    source = FileSource(write_clip(tmp_path / "clip.mp4", audio=False), paced=True)
    source.open(lambda: now_s[0])
    first = source.read(0.0)
    assert first is not None
    assert first.t_s == 0.0
    assert source.read(0.001) is None
    now_s[0] = 0.2
    late = [source.read(0.0) for _ in range(4)]
    assert [chunk is not None for chunk in late] == [True, True, True, False]
    source.close()


def test_a_file_can_be_read_again(tmp_path):
    source = FileSource(write_clip(tmp_path / "clip.mp4"), paced=False)
    source.open(lambda: 0.0)
    once = [chunk.t_s for chunk in read_all(source)]
    source.open(lambda: 0.0)
    assert [chunk.t_s for chunk in read_all(source)] == once
    source.close()
    source.close()


def test_a_truncated_file_is_read_to_its_end_and_reported(tmp_path):
    content = write_clip(tmp_path / "whole.mkv", seconds=6.0).read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(content[: len(content) // 2])
    source, frames, blocks = take(cut)
    assert frames
    assert blocks
    assert "cut.mkv breaks off at" in source.status().message


def test_a_time_stamp_hours_ahead_counts_as_damage(tmp_path):
    source, frames, _ = take(write_clip(tmp_path / "clip.mkv", frame_times_s=[0.0, 0.1, 0.2, 20_000.0]))
    assert frames[-1].t_s == pytest.approx(0.2)
    assert "clip.mkv" in source.status().message


def test_damage_in_the_middle_is_skipped_and_reported(tmp_path):
    content = bytearray(write_clip(tmp_path / "whole.mp4", seconds=4.0).read_bytes())
    content[len(content) // 3 : len(content) // 3 + 1500] = bytes(range(250)) * 6
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(content)
    _, frames, blocks = take(broken)
    assert frames[-1].t_s > 3.0
    assert blocks[-1].t_s > 3.0


def make_bad(kind: str, folder: Path, media: Path | None = None) -> Path:
    path = folder / f"{kind}.mp4"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("This is a story, not a film.\n" * 50)
    elif kind == "folder":
        path.mkdir()
    elif kind == "headless":
        path.write_bytes(write_clip(folder / "whole.mp4").read_bytes()[:5000])
    elif kind == "still":
        path = folder / "still.png"
        path.write_bytes(PNG)
    elif kind == "plain":
        path = folder / "plain.txt"
        path.write_text("This is a story, not a film.\n" * 50)
    return path


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing", "does not exist"),
        ("empty", "is empty"),
        ("text", "is not a recording that can be read"),
        ("folder", "is a folder"),
        ("headless", "is not a recording that can be read"),
        ("still", "is a still picture"),
        ("plain", "is a text"),
    ],
)
def test_a_file_that_is_not_a_recording_gets_one_clear_sentence(tmp_path, kind, said):
    path = make_bad(kind, tmp_path)
    with pytest.raises(CaptureError, match=said) as caught:
        FileSource(path, paced=False).open(lambda: 0.0)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "frames", "seconds"),
    [("single_face.mp4", 72, 2.4), ("face_noface.mov", 169, 4.0), ("no_face.mp4", 95, 4.0)],
)
def test_real_clips_give_pictures_and_sound(media, name, frames, seconds):
    _, shown, blocks = take(media / name)
    assert len(shown) == frames
    assert all(frame.rgb.shape[1] <= 640 for frame in shown)
    assert joined(blocks).size / SAMPLE_RATE_HZ == pytest.approx(seconds, abs=0.1)


def test_sound_that_starts_late_in_a_real_clip_is_placed_late(media):
    _, frames, blocks = take(media / "face_noface.mov")
    assert frames[0].t_s == 0.0
    assert blocks[0].t_s == pytest.approx(2.43, abs=0.01)


@pytest.mark.parametrize("ending", ["mkv", "mp4"])
def test_a_recording_whose_first_moment_is_late_is_not_called_cut_short(tmp_path: Path, ending: str) -> None:
    times_s = [1.5 + place / 15 for place in range(15)]
    clip = write_clip(tmp_path / f"late.{ending}", seconds=1.0, sound_from_s=2.0, frame_times_s=times_s)
    source, frames, blocks = take(clip)
    assert (frames[0].t_s, blocks[0].t_s) == (0.0, pytest.approx(0.5, abs=0.1))
    assert source.status().message == ""
    assert source.duration_s == pytest.approx(1.5, abs=0.15)
