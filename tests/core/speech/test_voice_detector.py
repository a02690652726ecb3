"""The voice detector computes Silero's network as its package does, and hears a voice through noise."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import SpeechError
from core.speech.voice_detector import FRAME, VoiceDetector, _network
from core.types import SAMPLE_RATE_HZ, Samples
from tests.core.speech.sounds import silence, sound_of
from tests.support.noises import coloured


def probabilities(detector: VoiceDetector, sound: Samples) -> np.ndarray:
    whole = sound[: sound.size - sound.size % FRAME].reshape(-1, FRAME)
    return np.array([detector.probability(frame) for frame in whole])


@pytest.fixture
def spoken(media) -> Samples:
    return np.concatenate([silence(1.0), sound_of(media / "LJ001-0002.wav"), silence(1.0)])


def test_it_hears_a_voice_and_nothing_before_or_after_it(spoken):
    voiced = probabilities(VoiceDetector(), spoken) >= 0.5
    frames = SAMPLE_RATE_HZ // FRAME
    assert voiced[frames + 3 : -frames - 6].mean() > 0.9
    assert not voiced[:frames].any()
    assert not voiced[-frames + 10 :].any()


def test_it_hears_a_quiet_voice_and_one_in_noise(spoken):
    clean = probabilities(VoiceDetector(), spoken) >= 0.5
    noise = coloured(1, float(spoken.std()) / 2)[: spoken.size]
    for sound in (spoken * np.float32(0.03), spoken + noise):
        assert (probabilities(VoiceDetector(), sound) >= 0.5)[clean].mean() > 0.85


def test_after_a_restart_it_says_the_same_again(spoken):
    detector = VoiceDetector()
    first = probabilities(detector, spoken)
    detector.restart()
    np.testing.assert_array_equal(first, probabilities(detector, spoken))


def test_it_computes_what_the_package_computes(spoken):
    """Frames of this sound, and what `silero_vad.load_silero_vad()` of silero-vad 6.2.3 says of them."""
    theirs = {0: 0.0266, 30: 0.0022, 31: 0.2391, 32: 0.9364, 35: 0.9984, 70: 1.0, 89: 0.8659, 90: 0.4539, 91: 0.2582}
    ours = probabilities(VoiceDetector(), spoken)
    assert {frame: float(ours[frame]) for frame in theirs} == pytest.approx(theirs, abs=0.002)


def test_a_damaged_or_missing_file_is_an_error(tmp_path):
    damaged = tmp_path / "silero.safetensors"
    with pytest.raises(SpeechError, match="cannot be read"):
        _network(damaged)
    damaged.write_bytes(b"nothing")
    with pytest.raises(SpeechError, match="is damaged"):
        _network(damaged)
