"""Recordings become tables and pictures: a row for every hop, deterministic, bad files reported."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyarrow import csv, parquet

from core import __version__
from core.analysis import analyze
from core.analysis.analyze import recordings
from core.analysis.analyzer import Analyzer
from core.analysis.transcript import read_words
from core.capture.media import open_sound
from core.errors import CaptureError
from core.settings import ModelSettings, Settings, SpeechSettings
from core.types import MODALITIES, SAMPLE_RATE_HZ, STATES, Sighting, VideoFrame
from tests.support.media import write_clip
from tests.support.small_parts import SmallFinder

SETTINGS = Settings(model=ModelSettings(random_weights=True), speech=SpeechSettings(recognizer="pocketsphinx"))
CURVES = [f"p_{state.lower()}" for state in STATES]
HOPS = {"single_face.mp4": 5, "no_face.mp4": 8, "face_noface.mov": 13, "LJ001-0004.wav": 10}


@pytest.fixture(scope="module")
def analysed(shared_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """Some real clips and a bad one in a folder, analysed."""
    clips, out = tmp_path_factory.mktemp("clips"), tmp_path_factory.mktemp("out")
    for name in HOPS:
        (clips / name).symlink_to(shared_data / "media" / name)
    (clips / "renamed.mp4").write_text("only text", encoding="utf-8")
    (clips / "notes.txt").write_text("not a recording", encoding="utf-8")
    progress: list[tuple[str, float]] = []
    outcome = analyze(clips, out, SETTINGS, lambda file, share: progress.append((file.name, share)))
    return outcome, progress


def columns(outcome, name: str) -> dict[str, list]:
    clip = next(clip for clip in outcome.analysed if clip.path.name == name)
    return csv.read_csv(clip.csv).to_pydict()


def test_a_bad_file_is_reported_and_the_others_are_analysed(analysed):
    outcome, _ = analysed
    assert {clip.path.name for clip in outcome.analysed} == set(HOPS)
    assert [file.name for file, _ in outcome.failed] == ["renamed.mp4"]
    assert "renamed.mp4" in outcome.failed[0][1]


@pytest.mark.parametrize("name", HOPS)
def test_every_hop_has_a_row_on_the_grid(analysed, name):
    table = columns(analysed[0], name)
    assert table["t_s"] == pytest.approx([0.5 * k for k in range(1, HOPS[name] + 1)])
    for row in range(HOPS[name]):
        curves = [table[curve][row] for curve in CURVES]
        if any(table[f"present_{m}"][row] for m in MODALITIES):
            assert sum(curves) == pytest.approx(1.0, abs=1e-4)
        else:
            assert curves == [None] * 4
        for m in MODALITIES:
            assert table[f"present_{m}"][row] or table[f"weight_{m}"][row] == 0
            assert table[f"present_{m}"][row] or table[f"reason_{m}"][row]
        assert bool(table["state"][row]) != bool(table["abstains"][row])


def test_faces_and_words_of_real_clips_are_found(analysed):
    outcome, _ = analysed
    assert any(columns(outcome, "single_face.mp4")["present_visual"])
    assert not any(columns(outcome, "no_face.mp4")["present_visual"])
    both = columns(outcome, "face_noface.mov")["present_visual"]
    assert any(both)
    assert not all(both)
    assert "immediate predecessors" in columns(outcome, "LJ001-0004.wav")["words"][-1]
    found = columns(outcome, "single_face.mp4")
    assert found["face_width"][1] > 20


def test_words_are_written_as_a_table_and_as_subtitles_where_they_were_recognised(analysed):
    written = {clip.path.name: clip.words_files for clip in analysed[0].analysed}
    table, *subtitles = written["LJ001-0004.wav"]
    assert [file.name for file in subtitles] == ["LJ001-0004-words.vtt", "LJ001-0004-words.srt"]
    for file in subtitles:
        assert [word.text for word in read_words(file)] == [word.text for word in read_words(table)]
    assert {file for files in written.values() for file in files} == set(table.parent.glob("*-words.*"))


def test_parquet_holds_the_same_rows_and_the_provenance(analysed):
    clip = analysed[0].analysed[0]
    kept = parquet.read_table(clip.parquet)
    rows = csv.read_csv(clip.csv).to_pydict()
    assert kept.schema.metadata[b"version"] == __version__.encode()
    assert kept.schema.metadata[b"profile"] == b"compact"
    assert b"checkpoint_sha256" in kept.schema.metadata
    assert rows["version"] == [__version__] * clip.steps
    for name, values in kept.to_pydict().items():
        for left, right in zip(values, rows[name], strict=True):
            assert (left or None) == (right or None) or math.isclose(left, right)


def test_the_picture_is_drawn(analysed):
    from PIL import Image

    for clip in analysed[0].analysed:
        with Image.open(clip.picture) as picture:
            shown = np.asarray(picture.convert("RGB"))
        assert shown.shape[1] > 1500
        assert shown.std() > 10


def test_progress_reaches_the_end_and_the_summary_has_the_figures(analysed):
    outcome, progress = analysed
    assert {name for name, share in progress if share == 1.0} == set(HOPS)
    spoken = next(clip for clip in outcome.analysed if clip.path.suffix == ".wav")
    assert "10 steps" in spoken.summary
    assert "face in 0%" in spoken.summary
    assert "14 words" in spoken.summary


def test_the_same_recording_gives_the_same_numbers(analysed, media, tmp_path):
    again = analyze(media / "single_face.mp4", tmp_path / "again", SETTINGS).analysed[0]
    first, second = columns(analysed[0], "single_face.mp4"), csv.read_csv(again.csv).to_pydict()
    for name in (*CURVES, "weight_visual", "face_x", "words"):
        assert first[name] == second[name]


def test_other_recordings_in_the_folder_change_no_row(media, tmp_path):
    names = ("LJ001-0002.wav", "no_face.mp4")
    clips, out = tmp_path / "clips", tmp_path / "out"
    clips.mkdir()
    for name in names:
        (clips / name).symlink_to(media / name)
    (clips / "A.wav").symlink_to(media / names[0])
    analyze(clips, out, SETTINGS)
    for name in names:
        alone = analyze(clips / name, tmp_path / "alone", SETTINGS).analysed[0].csv
        rows, same = (csv.read_csv(table).drop_columns("compute_ms") for table in (out / alone.name, alone))
        assert rows == same


def test_recordings_of_the_same_name_get_different_files(tmp_path):
    write_clip(tmp_path / "clip.mp4", seconds=0.6, audio=False)
    write_clip(tmp_path / "clip.mkv", seconds=0.6, video=False)
    made = analyze(tmp_path, tmp_path / "out", SETTINGS).analysed
    assert {clip.csv.name for clip in made} == {"clip-mp4.csv", "clip-mkv.csv"}


def test_a_single_bad_file_and_an_empty_folder_are_errors(tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("only text", encoding="utf-8")
    with pytest.raises(CaptureError, match=r"bad\.mp4"):
        analyze(bad, tmp_path / "out", SETTINGS)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaptureError, match="no recordings"):
        recordings(tmp_path / "empty")


LATE_S = 1.5


@pytest.fixture(scope="module")
def voice(shared_data: Path) -> np.ndarray:
    """Read speech, at 16 kHz."""
    track = open_sound(shared_data / "media" / "LJ001-0004.wav")
    samples = np.concatenate([block.samples for block in track.chunks])
    track.close()
    return samples[: 3 * SAMPLE_RATE_HZ]


def spoken_clip(file: Path, voice: np.ndarray, sound_from_s: float = 0.0, pictures_from_s: float = 0.0) -> Path:
    times_s = np.arange(pictures_from_s, 3.5, 1 / 15).tolist()
    return write_clip(file, samples=voice, sound_from_s=sound_from_s, frame_times_s=times_s)


@pytest.mark.parametrize(("ending", "ahead_from_s"), [("mp4", 60.0), ("mkv", 0.0)], ids=["in step", "in a process"])
def test_sound_that_starts_later_than_the_picture_keeps_its_times(
    tmp_path: Path, voice: np.ndarray, ending: str, ahead_from_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.analysis.analyzer.AHEAD_FROM_S", ahead_from_s)
    for name, times in {"late": (LATE_S, 0.0), "together": (0.0, 0.0), "picture-late": (0.0, LATE_S)}.items():
        spoken_clip(tmp_path / f"{name}.{ending}", voice, *times)
    made = {clip.path.stem: clip for clip in analyze(tmp_path, tmp_path / "out", SETTINGS).analysed}
    tables = {name: csv.read_csv(clip.csv).to_pydict() for name, clip in made.items()}
    starts_s = {
        (name, file.suffix): [word.start_s for word in read_words(file)]
        for name, clip in made.items()
        for file in clip.words_files
    }
    for kind in (".csv", ".vtt", ".srt"):
        for place in (0, -1):
            late_s = starts_s["late", kind][place] - starts_s["together", kind][place]
            assert late_s == pytest.approx(LATE_S, abs=0.15)
        assert starts_s["picture-late", kind] == pytest.approx(starts_s["together", kind])
    for column in ("present_audio", "present_text"):
        first_s = {name: table["t_s"][table[column].index(True)] for name, table in tables.items()}
        assert first_s["late"] - first_s["together"] == pytest.approx(LATE_S, abs=0.5), column
        assert first_s["picture-late"] == first_s["together"]
    assert set(tables["picture-late"]["reason_visual"][:3]) == {"picture stands still"}


def test_words_of_a_transcript_keep_their_times_beside_late_sound(tmp_path: Path, voice: np.ndarray) -> None:
    clip = spoken_clip(tmp_path / "late.mp4", voice, LATE_S)
    given = tmp_path / "late.csv"
    given.write_text("word,start_s,end_s\nbut,0.6,0.9\nwhy,3.0,3.4\n", encoding="utf-8")
    table = csv.read_csv(analyze(clip, tmp_path / "out", SETTINGS, transcript=given).analysed[0].csv).to_pydict()
    assert table["words"][:2] == ["", "but"]
    assert table["words"][table["t_s"].index(3.5)] == "but why"
    assert table["t_s"][table["present_audio"].index(True)] == pytest.approx(LATE_S + 0.5)


def test_korean_words_are_written_and_not_used(korean, korean_speech, tmp_path):
    settings = replace(SETTINGS, speech=SpeechSettings("vosk", korean.name))
    made = analyze(korean_speech, tmp_path / "out", settings).analysed[0]
    assert any(re.search("[가-힣]", word.text) for word in read_words(tmp_path / "out" / "korean-words.csv"))
    table = csv.read_csv(made.csv).to_pydict()
    assert not any(table["present_text"])
    assert "Korean words are shown, but not used: the model knows English only." in made.summary


class StillLips(SmallFinder):
    """A finder whose face never moves its lips."""

    def look(self, frame: VideoFrame) -> Sighting:
        return replace(super().look(frame), crop=np.zeros((224, 224, 3), np.uint8), mouth_motion=0.0)


def test_a_voice_beside_still_lips_is_called_doubtful_in_summary_and_words(
    tmp_path: Path, voice: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", samples=voice, seconds=3.5)
    monkeypatch.setattr("core.analysis.analyzer.open_finder", StillLips)
    made = Analyzer(SETTINGS, lambda _file, _share: None).analyze(clip, tmp_path / "clip")
    steps, words = csv.read_csv(made.csv).to_pydict(), csv.read_csv(made.words_files[0]).to_pydict()
    doubtful = steps["reason_audio"].count("lips are still")
    assert doubtful > 0
    assert f"voice doubtful in {doubtful / made.steps:.0%} (lips are still)" in made.summary
    count = len(words["word"])
    assert words["doubt"] == ["lips are still"] * count
    assert f"{count} words, {count} doubtful" in made.summary


def test_a_recording_without_doubt_does_not_speak_of_it(analysed):
    assert not any("doubtful" in clip.summary for clip in analysed[0].analysed)
