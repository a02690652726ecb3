"""A session that an engine ran and a recorder stored: the estimates read back are the estimates shown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from core.capture.file import FileSource
from core.engine import SessionOptions, Sources
from core.session_observer import SessionFacts
from core.settings import StoreSettings
from core.status import RunState
from core.store.recorder import SessionRecorder
from core.store.session_library import SessionLibrary
from core.types import Correction, TranscriptWord
from tests.support.small_engine import final_words
from tests.support.small_sources import SmallMedium, medium_chunks
from tests.support.waiting import until

FACTS = SessionFacts("20261122T100000Z-aaaaaa", "2026-11-22T10:00:00Z")


def test_the_stored_session_equals_the_shown_one(start, tmp_path: Path):
    recorder = SessionRecorder(tmp_path, StoreSettings(words=True, media=True), lambda _: None)
    options = SessionOptions(FACTS, records=True, make_report=lambda status, *_: {"steps": status.steps})
    engine = start(Sources(medium=SmallMedium(medium_chunks(3.0))), options=options, observers=[recorder])
    until(lambda: engine.status().state is RunState.ENDED)
    engine.stop()
    shown = engine.history.since(-1.0)
    library = SessionLibrary(tmp_path)
    stored = library.read(FACTS.id)
    np.testing.assert_array_equal(stored.steps.probabilities, np.stack([each.probabilities for each in shown]))
    np.testing.assert_array_equal(stored.steps.weights, np.stack([each.weights for each in shown]))
    assert stored.steps.t_s.tolist() == [each.t_s for each in shown]
    assert [word.text for word in stored.words] == [word.text for word in final_words(engine)]
    assert stored.timing["steps"] == len(shown)
    assert (stored.line.complete, stored.facts.profile) == (True, "small")
    source = FileSource(library.media(FACTS.id) or tmp_path, paced=False)
    source.open(lambda: 0.0)
    source.close()
    assert (source.has_video, source.has_audio) == (True, True)


def test_a_correction_reaches_the_session_and_not_the_estimates(start, tmp_path: Path):
    recorder = SessionRecorder(tmp_path, StoreSettings(words=True), lambda _: None)
    engine = start(Sources(medium=SmallMedium(medium_chunks(3.0))), options=SessionOptions(FACTS), observers=[recorder])
    until(lambda: engine.status().state is RunState.ENDED and final_words(engine))
    first, *others = final_words(engine)
    engine.correct(Correction(first, "zebra", "2026-11-22T10:00:03+00:00"))
    assert engine.corrections() == {first: "zebra"}
    engine.stop()
    transcript = SessionLibrary(tmp_path).read(FACTS.id).transcript
    assert transcript == (TranscriptWord(first, "zebra"), *map(TranscriptWord, others))
    assert not any(word.text == "zebra" for each in engine.history.since(-1.0) for word in each.words)


def test_a_late_correction_that_cannot_be_stored_is_not_shown_and_the_next_one_is_stored(start, tmp_path: Path, hooks):
    recorder = SessionRecorder(tmp_path, StoreSettings(words=True), lambda _: None)
    engine = start(Sources(medium=SmallMedium(medium_chunks(3.0))), options=SessionOptions(FACTS), observers=[recorder])
    until(lambda: engine.status().state is RunState.ENDED)
    engine.stop()
    first, second, *others = final_words(engine)
    with closing(sqlite3.connect(tmp_path / FACTS.id / "session.db", isolation_level=None)) as other_program:
        other_program.execute("BEGIN IMMEDIATE")
        engine.correct(Correction(first, "zebra", "2026-11-22T10:00:03+00:00"))
    assert engine.corrections() == {}
    assert len(hooks.errors) == 1
    assert "another program is using it" in hooks.errors[0]
    engine.correct(Correction(second, "quagga", "2026-11-22T10:00:05+00:00"))
    assert engine.corrections() == {second: "quagga"}
    transcript = SessionLibrary(tmp_path).read(FACTS.id).transcript
    assert transcript == (TranscriptWord(first), TranscriptWord(second, "quagga"), *map(TranscriptWord, others))
    assert len(hooks.errors) == 1
