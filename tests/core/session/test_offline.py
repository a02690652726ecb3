"""A file run through a session offline: the same words and estimates with every kind of word source."""

from __future__ import annotations

from contextlib import closing
from multiprocessing import active_children

import numpy as np
import pytest

from core.analysis.words_ahead import WordsAhead
from core.capture.file import FileSource
from core.errors import CaptureError, SpeechError
from core.features.face import GLANCE_S
from core.session.factories import open_recognizer
from core.session.offline import InStepRecognizer, estimates
from core.session.session import Session
from core.settings import SpeechSettings, WindowSettings
from core.types import Reason
from tests.support.media import write_clip
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel, SmallRecognizer
from tests.support.small_sources import SmallMedium, medium_chunks

SPEECH = SpeechSettings(recognizer="pocketsphinx")


def small_session() -> Session:
    return Session(SmallModel(), SmallFeatures(), SmallFinder(), WindowSettings())


def test_every_hop_of_a_medium_gives_an_estimate_and_the_source_is_closed():
    source, session = SmallMedium(medium_chunks(2.2), paced=False), small_session()
    with closing(InStepRecognizer(SmallRecognizer(), session)) as words:
        made = list(estimates(source, session, words))
    assert [estimate.t_s for estimate in made] == [0.5, 1.0, 1.5, 2.0]
    assert made[-1].presence["text"].present
    assert not source.opened


def test_the_last_words_are_recognised_though_no_step_follows():
    session = small_session()
    with closing(InStepRecognizer(SmallRecognizer(), session)) as words:
        list(estimates(SmallMedium(medium_chunks(2.2), paced=False), session, words))
    assert len(session.intake.words.within(0.0, float("inf"))) == 3


def test_the_shortest_medium_has_one_hop():
    made = list(estimates(SmallMedium(medium_chunks(0.2), paced=False), small_session(), None))
    assert [estimate.t_s for estimate in made] == [0.5]


def test_a_medium_without_sound_or_pictures_gives_the_reason(tmp_path):
    silent = FileSource(write_clip(tmp_path / "silent.mp4", audio=False), paced=False)
    made = list(estimates(silent, small_session(), None))
    assert made[0].presence["audio"].reason is Reason.NO_SOUND
    assert made[0].presence["text"].reason is Reason.NO_RECOGNIZER
    assert made[0].presence["visual"].present
    spoken = FileSource(write_clip(tmp_path / "spoken.mkv", video=False), paced=False)
    assert next(estimates(spoken, small_session(), None)).presence["visual"].reason is Reason.NO_PICTURE


@pytest.mark.parametrize("seconds", [1.85, 1.95, 2.0, 2.1])
def test_frames_that_are_not_searched_need_not_be_decoded(tmp_path, seconds):
    clip = write_clip(tmp_path / "clip.mp4", seconds=seconds, audio=False)
    every, some = (
        list(estimates(FileSource(clip, paced=False, picture_every_s=slot_s), small_session(), None))
        for slot_s in (0.0, GLANCE_S)
    )
    assert [made.t_s for made in every] == [made.t_s for made in some]
    for one, other in zip(every, some, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_a_source_that_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(CaptureError):
        next(estimates(FileSource(tmp_path / "none.mp4", paced=False), small_session(), None))


@pytest.mark.parametrize("speech", [SpeechSettings("moonshine"), SPEECH], ids=lambda speech: speech.recognizer)
def test_words_from_another_process_equal_words_in_step(media, speech):
    spoken = media / "LJ001-0004.wav"
    runs = []
    for ahead in (False, True):
        session = small_session()
        listener = (
            WordsAhead(spoken, speech) if ahead else InStepRecognizer(open_recognizer(speech, pytest.fail), session)
        )
        with closing(listener) as words:
            runs.append(list(estimates(FileSource(spoken, paced=False), session, words)))
            assert words.name.lower().startswith(speech.recognizer)
    in_step, read_ahead = runs
    assert [estimate.words for estimate in in_step] == [estimate.words for estimate in read_ahead]
    assert any(not word.final for estimate in in_step for word in estimate.words)
    assert in_step[-1].words
    for one, other in zip(in_step, read_ahead, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_closing_the_word_source_ends_its_process(media):
    words = WordsAhead(media / "LJ001-0004.wav", SPEECH)
    assert words.language == "en"
    next(words.rest())
    words.close()
    assert not active_children()


def test_a_word_source_that_dies_is_reported_and_the_session_continues(media):
    session, words = small_session(), WordsAhead(media / "LJ001-0004.wav", SPEECH)
    with closing(words):
        played = estimates(FileSource(media / "LJ001-0004.wav", paced=False), session, words)
        made = [next(played)]
        active_children()[0].kill()
        made += played
    assert len(made) == 10
    assert "ended unexpectedly" in words.problem
    assert made[-1].presence["text"].reason is Reason.NO_RECOGNIZER


def test_a_recogniser_that_cannot_be_opened_in_the_process_is_an_error_here(media):
    with pytest.raises(SpeechError, match="none-of-that-name"):
        WordsAhead(media / "LJ001-0004.wav", SpeechSettings(model="none-of-that-name"))
