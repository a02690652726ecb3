"""A recogniser of a language that the model does not know: its words are shown and stored, and are no evidence."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from core.capture.file import FileSource
from core.engine import Sources
from core.speech.vosk import open_vosk
from core.status import RunState
from core.types import Reason
from tests.support.small_engine import FACTORIES, final_words
from tests.support.small_observer import SmallObserver
from tests.support.waiting import until


def test_korean_words_are_shown_and_stored_and_never_reach_the_model(start, korean, korean_speech):
    observer = SmallObserver()
    recognizer = open_vosk(korean)  # beforehand: the clip is shorter than that may take
    factories = replace(FACTORIES, open_recognizer=lambda *_: recognizer)
    engine = start(Sources(medium=FileSource(korean_speech, paced=True)), factories, observers=[observer])
    until(lambda: engine.status().state is RunState.ENDED, 30.0)
    until(lambda: final_words(engine), 30.0)
    assert any(re.search("[가-힣]", word.text) for word in final_words(engine))
    assert engine.stop() == []
    assert [word.text for word in observer.kept] == [word.text for word in final_words(engine)]
    heard = [made for made in observer.estimates if made.presence["text"].reason is Reason.OTHER_LANGUAGE]
    assert heard
    assert not any(made.presence["text"].present or made.words for made in observer.estimates)
    assert not np.any([made.weights[2] for made in observer.estimates])
    status = engine.status()
    assert (status.words_language, status.model_languages) == ("ko", ("en",))
