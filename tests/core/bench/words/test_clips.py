"""The clips of a word bench: read with their transcripts, padded, and refused in one sentence."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from core.bench.words.clips import AFTER_S, BEFORE_S, padded, read_clips
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ, Samples


def tone(seconds: float) -> Samples:
    """A loud tone."""
    return np.sin(np.arange(round(seconds * SAMPLE_RATE_HZ)) * 0.2).astype(np.float32) * 0.5


def write(file: Path, samples: Samples) -> None:
    """A WAV file at 16 kHz."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        sound.writeframes((samples * 32767).astype("<i2").tobytes())


def test_files_with_a_transcript_are_read_from_all_folders(tmp_path: Path) -> None:
    write(tmp_path / "b.wav", tone(1.0))
    write(tmp_path / "deeper" / "a.wav", tone(0.5))
    write(tmp_path / "unknown.wav", tone(0.5))
    (tmp_path / "b.txt").write_text(" Two words.\n")
    (tmp_path / "deeper" / "a.txt").write_text("")
    clips = read_clips(tmp_path)
    assert [(clip.name, clip.text) for clip in clips] == [("b.wav", "Two words."), (str(Path("deeper", "a.wav")), "")]
    assert clips[0].samples.size == pytest.approx((BEFORE_S + 1.0 + AFTER_S) * SAMPLE_RATE_HZ, abs=2)


def test_the_voice_ends_before_the_quiet_of_the_recording() -> None:
    quiet = np.full(SAMPLE_RATE_HZ, 0.001, dtype=np.float32)
    assert padded("a", np.concatenate([tone(0.8), quiet]), "a").voice_end_s == pytest.approx(BEFORE_S + 0.8, abs=0.03)
    assert padded("a", np.zeros(0, np.float32), "").voice_end_s == BEFORE_S


def test_a_folder_without_transcripts_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(0.1))
    with pytest.raises(CaptureError, match=r"holds no sound file with a transcript.*NAME\.txt"):
        read_clips(tmp_path)


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("not sound")
    (tmp_path / "a.txt").write_text("words")
    with pytest.raises(CaptureError, match=r"a\.wav"):
        read_clips(tmp_path)


def test_a_transcript_that_is_no_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(0.1))
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaptureError, match=r"a\.txt is not text"):
        read_clips(tmp_path)
