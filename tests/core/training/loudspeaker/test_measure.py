import re
import shutil

import numpy as np
import pytest

from core.speech.word_alignment import WordErrors
from core.training.loudspeaker.measure import GuardReport, measure
from core.training.loudspeaker.rooms import RoomSetup, simulate
from core.training.loudspeaker.speech import LEARNERS, LECTURERS, music
from core.training.loudspeaker.words import RoomWords, spoken
from core.types import SAMPLE_RATE_HZ, Samples, Word
from tests.support.spoken_words import speak_words

NO_ROOMS = "pyroomacoustics is not installed (the train extra)"
SETUP = RoomSetup(rt60_s=0.3, lecture_db=6.0, lag_s=0.1, drift_ppm=0.0, drive=0.5, noise_dbfs=-60.0)


def a_second_of_noise(seed: int) -> Samples:
    return (0.1 * np.random.default_rng(seed).standard_normal(SAMPLE_RATE_HZ)).astype(np.float32)


def test_the_lecture_has_its_level_and_its_lag() -> None:
    pytest.importorskip("pyroomacoustics", reason=NO_ROOMS)
    recording = simulate(SETUP, a_second_of_noise(1), a_second_of_noise(2), np.random.default_rng(0))
    late = slice(SAMPLE_RATE_HZ // 2, None)
    ratio_db = 10 * np.log10(np.square(recording.lecture[late]).mean() / np.square(recording.learner[late]).mean())
    assert ratio_db == pytest.approx(6.0, abs=1.0)
    first = int(np.flatnonzero(np.abs(recording.lecture) > 0.1 * np.abs(recording.lecture).max())[0])
    assert 0.1 <= first / SAMPLE_RATE_HZ < 0.11


def test_thresholds_are_measured_on_other_speakers_than_they_were_chosen_on() -> None:
    for speakers in (LECTURERS, LEARNERS):
        assert not set(speakers["choosing"]) & set(speakers["held-out"])
    for split in ("choosing", "held-out"):
        assert not set(LECTURERS[split]) & set(LEARNERS[split])


def test_music_is_as_long_as_asked_for() -> None:
    assert music(1.5, np.random.default_rng(0)).shape == (24_000,)


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert spoken([Word("I", 0.0, 0.1), Word("don’t", 0.1, 0.3), Word("see,", 0.3, 0.5)]) == ["i", "don't", "see"]


def test_the_rooms_are_heard_by_the_programs_own_recogniser() -> None:
    """Given one recording after another, it begins each time at 0."""
    said = speak_words("why does my answer never match the one in the book").sound
    recognizer = RoomWords()
    first, second = recognizer.of(said), recognizer.of(said)
    assert first == second
    assert {"answer", "book"} <= set(spoken(first))
    assert 0.0 <= first[0].start_s < first[-1].end_s < said.size / SAMPLE_RATE_HZ + 0.3


def test_one_room_of_each_kind() -> None:
    pytest.importorskip("pyroomacoustics", reason=NO_ROOMS)
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (apt install espeak-ng)")
    report = measure("choosing", 1, 0, with_words=False)
    found = report.to_json()
    assert found["pairs"] == {"loudspeaker": 1, "music": 1, "headphones": 1}
    assert found["lecture_only_marked"] > 0.9
    assert found["music_only_marked"] > 0.95
    assert found["learner_only_wrongly_marked"] < 0.02
    assert found["first_mark_s_max"] < 4.0
    assert found["lecture_words"] is found["lecture_words_entering_share"] is found["word_error_rate_both"] is None
    shown = dict(rows(report))
    assert re.fullmatch(r"\d+\.\d %", shown["only the learner is heard: wrongly marked"])
    assert not [label for label in shown if "words" in label or "_" in label]


def test_figures_of_words_are_shown_where_they_were_measured() -> None:
    report = GuardReport("held-out", with_words=True, first_mark_s=[1.5], lecture_words=200, lecture_words_entering=3)
    report.both["guarded"] = WordErrors(substitutions=1, deletions=2, spoken=4)
    shown = dict(rows(report))
    assert shown["words of the lecture that count as the learner's"] == "3"
    assert shown["the same, as a share"] == "1.5 %"
    assert shown["wrong words of the learner while the lecture plays, guarded"] == "75 %"
    assert "only the lecture" not in " ".join(shown), "there was no such room"


def rows(report: GuardReport) -> list[tuple[str, str]]:
    """The lines of the table."""
    return list(zip(*(column._cells for column in report.to_table().columns), strict=True))
