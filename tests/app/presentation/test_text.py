"""Where something is missing the screen shows what and why, for a live session and for a recording."""

import pytest

from app.presentation.text import no_picture, no_words
from core.status import DeviceState, DeviceStatus, RunState
from tests.app.statuses import live_status

KOREAN = {"hears": True, "recognizer": "Vosk ko-0.1", "words_language": "ko", "model_languages": ("en",)}
NOT_USED = "Korean words are shown, but not used: the model knows English only."
FILE_WITHOUT_SOUND = {"microphone": DeviceStatus("talk.wav", DeviceState.OFF)}
LOST = {"microphone": DeviceStatus("USB", DeviceState.LOST, "Unplugged.")}


@pytest.mark.parametrize(
    ("changes", "kind", "text"),
    [
        ({"hears": True, "recognizer": "Vosk"}, "devices", "Words appear here as they are spoken."),
        ({}, "devices", "Words appear here as they are spoken."),
        ({"recognizer": "It ended unexpectedly."}, "devices", "No words: It ended unexpectedly."),
        ({"recognizer": "switched off"}, "file", "No words: switched off."),
        (FILE_WITHOUT_SOUND, "file", "This recording has no sound."),
        (FILE_WITHOUT_SOUND, "devices", "No microphone, so there are no words."),
        ({**FILE_WITHOUT_SOUND, "state": RunState.ENDED}, "file", "No words were recognised."),
        (LOST, "devices", "Microphone lost. Words continue when it is back."),
        (KOREAN, "devices", f"Words appear here as they are spoken. {NOT_USED}"),
        ({**KOREAN, "words_language": "en"}, "devices", "Words appear here as they are spoken."),
        ({**KOREAN, **LOST}, "devices", "Microphone lost. Words continue when it is back."),
    ],
)
def test_the_reason_for_missing_words(changes: dict, kind: str, text: str) -> None:
    assert no_words(live_status(**changes), kind) == text


OFF = {"camera": DeviceStatus("talk.wav", DeviceState.OFF)}


@pytest.mark.parametrize(
    ("changes", "kind", "text"),
    [
        (OFF, "devices", "No camera. The estimate continues with voice and words."),
        (OFF, "file", "This recording has no picture. The estimate continues with voice and words."),
        ({**OFF, "state": RunState.ENDED}, "file", "The recording has ended."),
        ({**OFF, "state": RunState.STARTING}, "file", "Opening …"),
        ({**OFF, "state": RunState.PAUSED}, "file", "Paused."),
        ({**OFF, "state": RunState.PAUSED}, "devices", "Paused. The camera is off."),
        ({"muted": frozenset({"visual"})}, "file", "Picture switched off"),
    ],
)
def test_the_reason_for_a_missing_picture(changes: dict, kind: str, text: str) -> None:
    assert no_picture(live_status(**changes), kind) == text
