"""The library of sessions: searched, changed and erased without leftovers."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import StoreError
from core.settings import StoreSettings
from core.store.layout import new_id
from core.store.recorder import SessionRecorder
from core.store.session_library import SessionLibrary
from core.types import Activity, Correction, Reason, SelfReport, TranscriptWord, Word
from tests.core.store.made_sessions import ID, estimate, facts, record
from tests.support.waiting import until

SECRET = "Xylophonunterricht"
CORRECTED = "Marimbaphonunterricht"
MADE_UTC = "2026-11-22T10:05:00+00:00"
TODAY = date(2026, 11, 22)


@pytest.fixture
def library(tmp_path: Path) -> SessionLibrary:
    return SessionLibrary(tmp_path)


def record_with_words(folder: Path, session_id: str = ID, **more: object) -> None:
    recorder = SessionRecorder(folder, StoreSettings(words=True), lambda _: None)
    recorder.begin(facts(session_id, **more))
    recorder.step(estimate(0.5))
    recorder.words([Word(f"{SECRET}{place}", 0.1, 0.2) for place in range(300)])
    recorder.correction(Correction(Word(f"{SECRET}1", 0.1, 0.2), CORRECTED, MADE_UTC))
    recorder.entry(Activity(0.3, "note", "Ableitung verstanden"))
    recorder.end({})


def found(library: SessionLibrary, query: str = "") -> list[str]:
    return [line.id for line in library.lines(query)]


def bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_an_empty_library(tmp_path: Path) -> None:
    library = SessionLibrary(tmp_path / "not there")
    assert library.lines() == []
    assert library.erase_all() == 0
    assert library.erase_outdated(TODAY, 30) == []


def test_ids_sort_by_time() -> None:
    first = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    ids = [new_id(first + timedelta(seconds=place)) for place in range(50)]
    assert ids == sorted(set(ids))
    assert ids[0].startswith("20261122T100000Z-")


def test_the_newest_comes_first(library: SessionLibrary, tmp_path: Path) -> None:
    for session_id in ("20261121T090000Z-b", "20261122T090000Z-c", "20261120T090000Z-a"):
        record(tmp_path, 3, session_id)
    assert found(library) == ["20261122T090000Z-c", "20261121T090000Z-b", "20261120T090000Z-a"]


@pytest.mark.parametrize(
    "query",
    [
        "xylophonUNTERRICHT7",
        "ableitung",
        "p07",
        "studie-1",
        "webcam",
        "2026-11-22",
        "November",
        "blatt",
        "straße",
        "p07 webcam",
    ],
)
def test_a_session_is_found_by_its_title_day_participant_words_and_note(
    library: SessionLibrary, tmp_path: Path, query: str
) -> None:
    record(tmp_path, 3, "other")
    with closing(sqlite3.connect(tmp_path / "other" / "session.db")) as db:
        db.execute("UPDATE facts SET value = '\"2025-01-01T00:00:00+00:00\"' WHERE key = 'started_utc'")
        db.commit()
    record_with_words(tmp_path, participant="P07", study_id="Studie-1", input_name="HD Webcam")
    library.rename(ID, "Blatt 4")
    library.set_note(ID, "in der STRASSE")
    assert found(library, query) == [ID]
    assert found(library, f"{query} nowhere") == []


def test_changes_are_read_back(library: SessionLibrary, tmp_path: Path) -> None:
    record(tmp_path)
    assert library.lines()[0].title == ""
    library.rename(ID, "Sheet 4")
    library.set_note(ID, "one")
    library.set_note(ID, "two")
    library.add_report(ID, SelfReport(1.5, "Curious", "recall"))
    stored = library.read(ID)
    assert (stored.line.title, stored.note) == ("Sheet 4", "two")
    assert stored.reports == (SelfReport(1.5, "Curious", "recall"),)
    assert library.lines()[0].title == "Sheet 4"
    assert library.lines()[0].reports == 1


def test_a_damaged_session_does_not_hide_the_others(library: SessionLibrary, tmp_path: Path) -> None:
    record(tmp_path, session_id="good")
    record(tmp_path, 200, session_id="broken")
    file = tmp_path / "broken" / "session.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:5000] + bytes(len(whole) - 5000))
    (tmp_path / "hollow").mkdir()
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "session.db").write_text("not a database at all, but long enough to look at")
    problems = {line.id: line.problem for line in library.lines()}
    assert problems["good"] == ""
    assert "damaged" in problems["broken"]
    assert "damaged" in problems["text"]
    assert "has no session.db" in problems["hollow"]
    with pytest.raises(StoreError, match="damaged"):
        library.read("broken")
    for session_id in problems:
        library.erase(session_id)
    assert list(tmp_path.iterdir()) == []


def test_an_erased_session_leaves_no_files(library: SessionLibrary, tmp_path: Path) -> None:
    record_with_words(tmp_path)
    assert SECRET.encode() in bytes_in(tmp_path)
    assert CORRECTED.encode() in bytes_in(tmp_path)
    library.erase(ID)
    assert list(tmp_path.iterdir()) == []
    assert found(library, SECRET) == []
    with pytest.raises(StoreError, match="no session"):
        library.erase(ID)
    with pytest.raises(StoreError, match="no session"):
        library.read(ID)


def test_a_session_that_is_being_recorded_cannot_be_erased(library: SessionLibrary, tmp_path: Path) -> None:
    record(tmp_path, 3, "before")
    recorder = SessionRecorder(tmp_path, StoreSettings(), lambda _: None)
    recorder.begin(facts())
    recorder.step(estimate(0.5))
    until(lambda: any(line.id == ID and line.steps for line in library.lines()))
    for erasing in (lambda: library.erase(ID), lambda: library.forget_words(ID), library.erase_all):
        with pytest.raises(StoreError, match=r"being recorded|using it"):
            erasing()
    assert found(library) == [ID]
    recorder.step(estimate(1.0))
    recorder.end({})
    assert recorder.problem == ""
    assert len(library.read(ID).steps) == 2
    library.erase(ID)


def test_erasing_can_only_reach_sessions(library: SessionLibrary, tmp_path: Path) -> None:
    for elsewhere in ("..", ".", "", "../x", "/tmp", "a/b", "a\\b"):
        with pytest.raises(StoreError, match="not the id"):
            library.erase(elsewhere)


def test_erasing_a_participant_keeps_the_others(library: SessionLibrary, tmp_path: Path) -> None:
    for session_id, participant in (("a", "P07"), ("b", "P08"), ("c", "P07"), ("d", "")):
        record(tmp_path, 3, session_id, participant=participant)
    assert library.erase_participant("P07") == 2
    assert found(library) == ["d", "b"]
    with pytest.raises(StoreError, match="No participant"):
        library.erase_participant("")


def test_an_unreadable_session_is_named_when_a_participant_is_erased(library: SessionLibrary, tmp_path: Path) -> None:
    record(tmp_path, 3, "a", participant="P07")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "session.db").write_text("torn")
    with pytest.raises(StoreError, match="b cannot be read and may be theirs"):
        library.erase_participant("P07")
    assert found(library) == ["b"]


def test_all_sessions_are_erased(library: SessionLibrary, tmp_path: Path) -> None:
    for session_id in ("a", "b"):
        record(tmp_path, 3, session_id)
    assert library.erase_all() == 2
    assert list(tmp_path.iterdir()) == []


def test_outdated_sessions_are_erased_by_date_or_by_age(library: SessionLibrary, tmp_path: Path) -> None:
    for session_id, keep_until in (
        ("past", "2026-11-21"), ("today", "2026-11-22"), ("later", "2027-01-01"), ("plain", ""),
    ):  # fmt: skip
        record(tmp_path, 3, session_id, keep_until=keep_until)
    assert library.erase_outdated(TODAY, 0) == ["past"]
    assert library.erase_outdated(TODAY + timedelta(days=30), 30) == ["today"]
    assert library.erase_outdated(TODAY + timedelta(days=31), 30) == ["plain"]
    assert found(library) == ["later"]


def test_forgetting_words_erases_only_words(library: SessionLibrary, tmp_path: Path) -> None:
    record_with_words(tmp_path)
    library.forget_words(ID)
    stored = library.read(ID)
    assert stored.words == ()
    assert stored.line.words == 0
    assert (len(stored.steps), len(stored.activities)) == (1, 1)
    assert SECRET.encode() not in bytes_in(tmp_path)
    assert CORRECTED.encode() not in bytes_in(tmp_path)
    assert found(library, SECRET) == found(library, CORRECTED) == []
    assert [file.name for file in (tmp_path / ID).iterdir()] == ["session.db"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only for an administrator")
def test_a_failed_erasure_is_reported(library: SessionLibrary, tmp_path: Path) -> None:
    record(tmp_path)
    (tmp_path / ID).chmod(0o500)
    try:
        with pytest.raises(StoreError, match="only partly erased"):
            library.erase(ID)
        assert len(library.read(ID).steps) == 20
    finally:
        (tmp_path / ID).chmod(0o700)


def test_invalid_dates_count_as_damage_and_cause_no_erasure(library: SessionLibrary, tmp_path: Path) -> None:
    record(tmp_path, 3, "odd", keep_until="soon")
    record(tmp_path, 3, "past", keep_until="2026-11-21")
    assert "damaged" in {line.id: line.problem for line in library.lines()}["odd"]
    assert library.erase_outdated(TODAY, 30) == ["past"]


def spoken(folder: Path, *texts: str) -> None:
    """A session of these words, one for each second."""
    recorder = SessionRecorder(folder, StoreSettings(words=True), lambda _: None)
    recorder.begin(facts())
    recorder.step(estimate(0.5))
    recorder.words([Word(text, float(at_s), at_s + 0.5) for at_s, text in enumerate(texts)])
    recorder.end({})


def correct(library: SessionLibrary, heard: str, at_s: float, text: str) -> None:
    library.correct(ID, Correction(Word(heard, at_s, at_s + 0.5), text, MADE_UTC))


def test_a_correction_replaces_a_word_and_keeps_what_was_recognised(library: SessionLibrary, tmp_path: Path) -> None:
    spoken(tmp_path, "the", "limb", "it", "um")
    correct(library, "limb", 1.0, "limit")
    correct(library, "um", 3.0, "")
    transcript = library.read(ID).transcript
    assert [(word.heard.text, word.by_hand) for word in transcript] == [
        ("the", None), ("limb", "limit"), ("it", None), ("um", ""),
    ]  # fmt: skip
    assert [word.text for word in library.read(ID).words] == ["the", "limit", "it"]
    assert library.lines()[0].words == 4


def test_the_newest_correction_counts_and_can_be_taken_back(library: SessionLibrary, tmp_path: Path) -> None:
    spoken(tmp_path, "limb")
    correct(library, "limb", 0.0, "lime it")
    correct(library, "limb", 0.0, "limit")
    with closing(sqlite3.connect(tmp_path / ID / "session.db")) as db:
        kept = db.execute("SELECT made_utc, was, text FROM corrections ORDER BY correction").fetchall()
    assert kept == [(MADE_UTC, "limb", "lime it"), (MADE_UTC, "lime it", "limit")]
    correct(library, "limb", 0.0, "limb")
    assert library.read(ID).transcript == (TranscriptWord(Word("limb", 0.0, 0.5)),)


def test_a_word_that_is_not_stored_has_no_correction(library: SessionLibrary, tmp_path: Path) -> None:
    spoken(tmp_path, "limb")
    correct(library, SECRET, 0.0, CORRECTED)
    correct(library, "limb", 0.25, CORRECTED)
    assert [word.by_hand for word in library.read(ID).transcript] == [None]
    assert CORRECTED.encode() not in bytes_in(tmp_path)


def test_without_stored_words_no_correction_is_stored(library: SessionLibrary, tmp_path: Path) -> None:
    recorder = SessionRecorder(tmp_path, StoreSettings(words=False), lambda _: None)
    recorder.begin(facts())
    recorder.step(estimate(0.5))
    recorder.words([Word(SECRET, 0.0, 0.5)])
    recorder.correction(Correction(Word(SECRET, 0.0, 0.5), CORRECTED, MADE_UTC))
    recorder.end({})
    assert library.read(ID).transcript == ()
    assert CORRECTED.encode() not in bytes_in(tmp_path)


def test_a_doubt_is_stored_with_its_word(library: SessionLibrary, tmp_path: Path) -> None:
    recorder = SessionRecorder(tmp_path, StoreSettings(words=True), lambda _: None)
    recorder.begin(facts())
    recorder.step(estimate(0.5))
    doubtful = Word("why", 0.0, 0.5, 0.75, doubt=Reason.LIPS_STILL)
    recorder.words([doubtful])
    recorder.end({})
    assert library.read(ID).words == (doubtful,)


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("limit", True),
        ("LIMIT", True),
        ("limb", False),
        ("it the", True),
        ('"the limit of it"', True),
        ("“The Limit, of”", True),
        ('"the limit of', True),
        ('"of the limit"', False),
        ('"the limit" zebra', False),
        ('""', True),
    ],
)
def test_search_finds_corrected_words_and_phrases(
    library: SessionLibrary, tmp_path: Path, query: str, fits: bool
) -> None:
    spoken(tmp_path, "the", "limb", "of,", "it")
    assert found(library, "limb") == [ID]
    correct(library, "limb", 1.0, "limit")
    assert found(library, query) == ([ID] if fits else [])
