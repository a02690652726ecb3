"""Moonshine on spoken words, on noise, in pieces, across gaps, and with a model or a library that is not right."""

from __future__ import annotations

import shutil
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core.errors import SpeechError
from core.settings import SpeechSettings
from core.speech.base import PARTIAL_CONFIDENCE
from core.speech.moonshine import CONFIDENCE, open_moonshine
from core.speech.select_recognizer import available, open_recognizer
from core.speech.voice_detector import FRAME
from core.speech.word_alignment import WordErrors, count_errors
from core.types import SAMPLE_RATE_HZ, Samples
from tests.core.speech.sounds import assert_in_order, feed, plain, silence, sound_of, texts
from tests.support.noises import NOISES

SENTENCES = ("LJ001-0002", "LJ001-0004", "LJ001-0006", "LJ001-0008", "LJ001-0013")


@pytest.fixture
def recognizer():
    with closing(open_moonshine()) as opened:
        yield opened


@pytest.fixture
def spoken(media) -> Samples:
    """Two sentences with a pause between them, 7 s."""
    first, second = (sound_of(media / f"{name}.wav") for name in ("LJ001-0002", "LJ001-0013"))
    return np.concatenate([silence(0.5), first, silence(0.6), second, silence(0.6)])


def test_read_speech_is_recognised(recognizer, media):
    errors = WordErrors()
    for name in SENTENCES:
        said = plain((media / f"{name}.txt").read_text())
        sound = np.concatenate([silence(0.5), sound_of(media / f"{name}.wav"), silence(0.5)])
        heard = feed(recognizer, sound, 100.0 * SENTENCES.index(name))
        errors += count_errors(said, plain(" ".join(texts(heard))))
    assert errors.rate <= 0.10


def test_words_have_times_confidence_and_punctuation(recognizer, spoken):
    words = feed(recognizer, spoken, start_s=20.0)
    assert_in_order(words)
    assert "modern." in texts(words)
    assert {word.confidence for word in words} == {CONFIDENCE}
    assert words[0].start_s == pytest.approx(20.5, abs=0.15)
    assert words[-1].end_s == pytest.approx(20.0 + spoken.size / SAMPLE_RATE_HZ - 0.6, abs=0.25)
    assert recognizer.partial() == recognizer.flush() == []


@pytest.mark.parametrize("size", [171, 512, 16_000, 10**6])
def test_block_size_changes_no_word(recognizer, spoken, size):
    expected = feed(recognizer, spoken)
    recognizer.flush()
    assert expected == feed(recognizer, spoken, size=size)


def test_partial_words_come_while_a_phrase_is_spoken(recognizer, media):
    recognizer.feed(np.concatenate([silence(0.5), sound_of(media / "LJ001-0004.wav")[: 3 * SAMPLE_RATE_HZ]]), 7.0)
    partial = recognizer.partial()
    assert texts(partial)[1:4] == ["the", "block", "books,"]
    assert not any(word.final for word in partial)
    assert {word.confidence for word in partial} == {PARTIAL_CONFIDENCE}
    assert recognizer.partial() is partial  # not decoded again
    assert texts(recognizer.flush())[:4] == texts(partial)[:4]
    assert recognizer.partial() == []


def test_words_after_a_gap_have_the_times_after_it(recognizer, spoken):
    half = spoken[: 2 * SAMPLE_RATE_HZ]  # a microphone that vanishes in the middle of a phrase
    words = [*feed(recognizer, half), *feed(recognizer, spoken, start_s=100.0)]
    assert_in_order(words)
    assert "being" in texts([word for word in words if word.end_s < 2.1])
    assert all(word.start_s > 100.3 for word in words if word.start_s > 2.1)
    assert any(word.start_s > 100.3 for word in words)


@pytest.mark.parametrize("name", NOISES)
def test_noise_has_no_words(recognizer, name):
    noise = NOISES[name]()
    assert feed(recognizer, noise) == []
    assert recognizer.partial() == recognizer.flush() == []


def test_a_library_that_fails_is_an_error(recognizer, spoken):
    recognizer.close()
    with pytest.raises(SpeechError, match="The word recogniser Moonshine failed"):
        feed(recognizer, spoken)


def test_a_model_that_is_not_the_expected_one_is_replaced_by_pocketsphinx(broken_package):
    (broken_package / "assets" / "tiny-en" / "tokenizer.bin").write_bytes(b"other")
    said: list[str] = []
    with closing(open_recognizer(SpeechSettings(), said.append)) as opened:
        assert opened.name == "PocketSphinx en-us"
    assert len(said) == 1
    assert "tokenizer.bin, a part of the word model, is damaged or of another release." in said[0]
    assert said[0].endswith("PocketSphinx en-us recognises the words instead.")


def test_a_missing_file_of_the_model_is_an_error_where_moonshine_is_wanted(broken_package):
    (broken_package / "assets" / "tiny-en" / "encoder_model.ort").unlink()
    with pytest.raises(SpeechError, match=r"encoder_model.ort, a part of the word model, cannot be read\. Run 'pip "):
        open_recognizer(SpeechSettings("moonshine"), pytest.fail)


def test_a_bundle_with_a_damaged_model_is_installed_again(broken_package, monkeypatch):
    monkeypatch.setattr("sys._MEIPASS", str(broken_package), raising=False)
    (broken_package / "assets" / "tiny-en" / "tokenizer.bin").write_bytes(b"other")
    with pytest.raises(SpeechError, match=r"is damaged or of another release\. Install the program again\.$"):
        open_recognizer(SpeechSettings("moonshine"), pytest.fail)


def test_a_library_that_does_not_load_is_an_error(broken_package):
    (library,) = broken_package.glob("*moonshine.*")
    library.unlink()
    library.write_bytes(b"for another processor")
    with pytest.raises(SpeechError, match="Moonshine does not load on this system"):
        open_recognizer(SpeechSettings("moonshine"), pytest.fail)


def test_a_release_without_a_model_is_not_offered_and_where_it_is_wanted_to_be_installed_again(broken_package):
    shutil.rmtree(broken_package / "assets")
    assert [model.recognizer for model in available()] == ["pocketsphinx"]
    with pytest.raises(SpeechError, match=r"'moonshine' is installed \(installed: pocketsphinx en-us\)\. Run 'pip "):
        open_recognizer(SpeechSettings("moonshine"), pytest.fail)


def test_a_phrase_too_short_for_a_word_is_not_decoded(recognizer, monkeypatch):
    monkeypatch.setattr(recognizer._detector, "probability", lambda _frame: 1.0)
    recognizer.flush()  # begins anew with that detector
    assert recognizer.feed(np.full(FRAME, 0.1, np.float32), 0.0) == []
    assert recognizer.flush() == []


def test_a_damaged_voice_detector_leaves_no_model_in_memory(monkeypatch):
    loaded = []
    monkeypatch.setattr("core.speech.moonshine.Transcriber", lambda *arguments: loaded.append(arguments))

    def damaged():
        raise SpeechError("The voice detector is damaged.")

    monkeypatch.setattr("core.speech.moonshine.VoiceDetector", damaged)
    with pytest.raises(SpeechError, match="voice detector is damaged"):
        open_moonshine()
    assert not loaded


@pytest.fixture
def broken_package(tmp_path, monkeypatch) -> Path:
    """A copy of the installed package, to be damaged, that is found before it."""
    spec = find_spec("moonshine_voice")
    assert spec
    assert spec.origin
    real, copy = Path(spec.origin).parent, tmp_path / "site" / "moonshine_voice"
    (copy / "assets").mkdir(parents=True)
    (copy / "__init__.py").touch()
    (library,) = real.glob("*moonshine.*")
    (copy / library.name).symlink_to(library)
    shutil.copytree(real / "assets" / "tiny-en", copy / "assets" / "tiny-en")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    return copy
