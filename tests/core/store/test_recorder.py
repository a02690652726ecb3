"""Recording to a real file: contents, permissions, and failures of the disk."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreError
from core.settings import StoreSettings
from core.store.reader import read_session
from core.store.recorder import PENDING_AT_MOST, STRAY_CORRECTION, THREAD_NAME, SessionRecorder
from core.types import Activity, Correction, Event, Marker, SelfReport, TranscriptWord, Word
from tests.core.store.made_sessions import ID, estimate, facts, record
from tests.support.waiting import until

MADE_UTC = "2026-11-28T10:00:00+00:00"


@pytest.fixture
def said() -> list[str]:
    return []


def recorder(library: Path, said: list[str], **choices: bool) -> SessionRecorder:
    return SessionRecorder(library, StoreSettings(**choices), said.append)


def count(folder: Path, table: str = "steps") -> int:
    """Query the file from a second connection while the session is being written."""
    with closing(sqlite3.connect(f"file:{folder / 'session.db'}?mode=ro", uri=True)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_everything_recorded_is_stored_at_the_end(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path, said, words=True)
    entries = (
        Marker(0.1, "start", "lab"), SelfReport(0.2, "Bored", "probe"), Activity(0.3, "task", "Calculus"),
        Event(0.4, "device", "camera lost"),
    )  # fmt: skip
    for entry in entries:  # the model is not open yet
        keeping.entry(entry)
    keeping.begin(facts(participant="P07", settings={"window": {"hop_s": 0.5}}, versions={"program": "1"}))
    keeping.step(estimate(0.5))
    keeping.words([Word("Straße", 0.1, 0.4, 0.75)])
    keeping.end({"drift_ppm": np.float32(2.5), "lost": float("nan"), "hops": np.arange(2)})

    stored = read_session(tmp_path / ID)
    entries_read = (*stored.markers, *stored.reports, *stored.activities, *stored.events)
    assert entries_read == entries
    assert stored.words == (Word("Straße", 0.1, 0.4, 0.75),)
    assert stored.facts == facts(participant="P07", settings={"window": {"hop_s": 0.5}}, versions={"program": "1"})
    nothing_lost = {"entries_lost": 0, "entries_unfit": 0, "pictures_dropped": 0}
    assert stored.timing == {"drift_ppm": 2.5, "lost": None, "hops": [0, 1], "store": nothing_lost}
    assert stored.line.complete
    assert keeping.problem == ""
    assert said == []


def test_only_what_the_settings_choose_is_stored(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path, said)
    keeping.begin(facts())
    keeping.words([Word("secret", 0.0, 0.3)])
    keeping.step(estimate(0.5))
    keeping.end({})
    line = read_session(tmp_path / ID).line
    assert (line.words, line.has_features, line.has_media) == (0, False, False)
    assert b"secret" not in (tmp_path / ID / "session.db").read_bytes()


@pytest.mark.parametrize("late", [False, True])
def test_the_correction_of_a_word_that_was_left_out_is_not_stored_and_said_once(
    tmp_path: Path, said: list[str], late: bool
) -> None:
    keeping = recorder(tmp_path, said, words=True)
    keeping.begin(facts())
    keeping.step(estimate(0.5))
    keeping.words([Word("limb", 0.0, 0.3)])
    if late:
        keeping.end({})
    keeping.correction(Correction(Word("limb", 0.0, 0.3), "limit", MADE_UTC))
    for left_out in ("they", "said"):
        keeping.correction(Correction(Word(left_out, 0.3, 0.5), "secret", MADE_UTC))
    keeping.end({})
    assert said == [STRAY_CORRECTION]
    assert read_session(tmp_path / ID).transcript == (TranscriptWord(Word("limb", 0.0, 0.3), "limit"),)
    assert b"secret" not in (tmp_path / ID / "session.db").read_bytes()


def test_a_session_without_a_step_leaves_nothing(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path / "sessions", said, words=True, media=True)
    keeping.begin(facts())
    keeping.entry(Marker(0.1, "m"))
    keeping.words([Word("hello", 0.0, 0.3)])
    keeping.end({})
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_never_began_leaves_nothing(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path / "sessions", said)
    keeping.entry(Marker(0.1, "m"))
    keeping.end({})
    assert list(tmp_path.iterdir()) == []


def test_ending_twice_is_ending_once(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path, said)
    keeping.begin(facts())
    keeping.step(estimate(0.5))
    keeping.end({"first": True})
    keeping.end({"first": False})
    keeping.step(estimate(1.0))
    stored = read_session(tmp_path / ID)
    assert stored.timing["first"] is True
    assert len(stored.steps) == 1
    assert not [thread for thread in threading.enumerate() if thread.name == THREAD_NAME]


def test_files_are_private_during_and_after_recording(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path / "sessions", said)
    keeping.begin(facts())
    keeping.step(estimate(0.5))
    until((tmp_path / "sessions" / ID / "session.db-wal").exists)
    keeping.step(estimate(1.0))
    until(lambda: count(tmp_path / "sessions" / ID) == 2)
    during = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "sessions" / ID).iterdir()}
    keeping.end({})
    after = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "sessions" / ID).iterdir()}
    assert during == dict.fromkeys(("session.db", "session.db-wal", "session.db-shm"), 0o600)
    assert after == {"session.db": 0o600}
    assert stat.S_IMODE((tmp_path / "sessions").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "sessions" / ID).stat().st_mode) == 0o700


def test_a_deleted_folder_is_reported_once_and_created_again(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path, said)
    keeping.begin(facts())
    keeping.step(estimate(0.5))
    until(lambda: (tmp_path / ID / "session.db").exists() and count(tmp_path / ID) == 1)
    shutil.rmtree(tmp_path / ID)
    keeping.step(estimate(1.0))
    until(lambda: keeping.problem)
    keeping.step(estimate(1.5))
    until(lambda: not keeping.problem)
    keeping.end({})
    stored = read_session(tmp_path / ID)
    assert stored.steps.t_s.tolist() == [1.0, 1.5]
    assert [event.kind for event in stored.events] == ["storing"]
    assert len(said) == 2
    assert "vanished" in said[0]
    assert "nothing that waited was lost" in said[1]


def test_an_id_cannot_name_a_folder_elsewhere(tmp_path: Path, said: list[str]) -> None:
    with pytest.raises(StoreError, match="not the id"):
        recorder(tmp_path, said).begin(facts("../elsewhere"))


def test_a_finished_session_is_one_file_without_a_log(tmp_path: Path) -> None:
    record(tmp_path)
    assert [file.name for file in (tmp_path / ID).iterdir()] == ["session.db"]


def test_the_queue_is_bounded_and_dropped_items_are_counted(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path, said)
    for step in range(PENDING_AT_MOST + 7):
        keeping.step(estimate(0.5 * (step + 1)))
    keeping.begin(facts())
    until((tmp_path / ID / "session.db").exists)
    until(lambda: count(tmp_path / ID) == PENDING_AT_MOST, 30.0)
    keeping.end({})
    stored = read_session(tmp_path / ID)
    assert stored.steps.t_s[0] == 4.0
    assert stored.timing["store"]["entries_lost"] == 7


@pytest.mark.parametrize("stamp", [float("nan"), float("inf"), float("-inf")])
def test_an_entry_without_a_time_is_left_out_and_nothing_else(tmp_path: Path, said: list[str], stamp: float) -> None:
    keeping = recorder(tmp_path, said, words=True)
    keeping.begin(facts())
    keeping.step(estimate(0.5))
    keeping.words([Word("before", 0.1, 0.2), Word("never", stamp, stamp), Word("after", 0.3, 0.4)])
    for entry in (Marker(0.6, "one"), Marker(stamp, "no time", "lab"), Marker(0.7, "two")):
        keeping.entry(entry)
    until(lambda: said)
    keeping.entry(Marker(stamp, "again", "lab"))
    keeping.step(estimate(1.0))
    keeping.end({})
    stored = read_session(tmp_path / ID)
    assert stored.steps.t_s.tolist() == [0.5, 1.0]
    assert [word.text for word in stored.words] == ["before", "after"]
    assert [marker.label for marker in stored.markers] == ["one", "two"]
    assert stored.timing["store"]["entries_unfit"] == 3
    assert (stored.line.complete, keeping.problem) == (True, "")
    assert len(said) == 1
    assert "left out" in said[0]


def test_an_unpaired_surrogate_is_stored_as_a_question_mark(tmp_path: Path, said: list[str]) -> None:
    keeping = recorder(tmp_path, said, words=True)
    keeping.begin(facts(input_name="torn \ud83d"))
    keeping.step(estimate(0.5))
    keeping.words([Word("a\ud800b", 0.1, 0.2), Word("nul\0", 0.2, 0.3)])
    keeping.entry(Marker(0.5, "\udcff🙂"))
    keeping.end({"device": "\ud800"})
    stored = read_session(tmp_path / ID)
    assert [word.text for word in stored.words] == ["a?b", "nul\0"]
    assert stored.markers == (Marker(0.5, "?🙂"),)
    assert said == []
