"""Simple models on separable and on inseparable samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.features.tokens import as_spoken
from core.training.encoders.simple_features import gradients, voice_statistics
from core.training.encoders.simple_models import hog_and_regression, mfcc_and_boosting, tf_idf_and_regression
from core.training.encoders.voices import TRIPLE
from core.training.pack.data import FaceItem, Pack, TextItem, VoiceItem
from core.training.pack.labels import EXPRESSIONS
from core.training.pack.splits import Split
from core.types import STATES

SAYINGS = ("I am lost, what?", "how does that work", "so bored of it", "this is so annoying")


def split(number: int) -> Split:
    return "test" if number % 4 == 3 else "train"


def tone(hertz: float, seconds: float = 0.5) -> np.ndarray:
    times = np.arange(int(16_000 * seconds)) / 16_000
    return (0.3 * np.sign(np.sin(2 * np.pi * hertz * times))).astype(np.float32)


def stripes(direction: int, rng: np.random.Generator) -> np.ndarray:
    down, right = np.mgrid[:48, :48]
    angle = np.pi * direction / len(EXPRESSIONS)
    wave = np.sin((down * np.sin(angle) + right * np.cos(angle)) / 2 + rng.uniform(0, 6))
    return (127 + 60 * wave + rng.normal(0, 10, (48, 48))).clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Bursts of three pitches, sentences of four states, faces striped in seven directions; 8 samples per identity."""
    rng = np.random.default_rng(0)
    voices, clips, texts, faces, pictures = [], np.zeros((96, 32_000), np.int16), [], [], []
    for number in range(96):
        who, kind = number // 6, number % 3
        voices.append(VoiceItem(f"{number}", "emogator", f"speaker {who}", TRIPLE[kind], None, None, split(who)))
        sound = tone(rng.uniform(0.9, 1.1) * (110, 210, 400)[kind])
        clips[number, : sound.size] = (sound * 32_767).astype(np.int16)
        state, said = STATES[number % 4], f"{SAYINGS[number % 4]} {'abcdefgh'[number // 4 % 8]}"
        texts.append(TextItem("goemotions", said, frozenset(), state, None, split(number // 4)))
        faces.append(FaceItem(f"{number}", EXPRESSIONS[number % 7], None, None, split(number // 7)))
        pictures.append(stripes(number % 7, rng))
    return Pack(tuple(faces), np.stack(pictures), tuple(voices), clips, tuple(texts), "fingerprint")


def test_each_model_learns_separable_classes(pack: Pack) -> None:
    voices = mfcc_and_boosting(pack)
    assert (voices.samples, voices.identities) == (24, 4)
    assert voices.macro_f1.value > 0.9
    for form in (str, as_spoken):
        assert tf_idf_and_regression(pack, form).accuracy.value > 0.9
    faces = hog_and_regression(pack)
    assert faces.macro_f1.value > 0.9
    assert faces.macro_f1.low <= faces.macro_f1.value


def test_the_requested_splits_are_used(pack: Pack) -> None:
    assert hog_and_regression(pack, ("test",), ("train",)).samples == sum(item.split == "train" for item in pack.faces)
    everyone = hog_and_regression(pack, ("train", "test"), ("train", "test"))
    assert everyone.samples == len(pack.faces)


def test_a_pack_with_too_few_samples_is_reported(pack: Pack) -> None:
    with pytest.raises(DataError, match="too few samples"):
        mfcc_and_boosting(replace(pack, voices=pack.voices[:1]))
    with pytest.raises(DataError, match="too few samples"):
        tf_idf_and_regression(pack, str, evaluated_on=("val",))


def test_pitch_follows_only_the_voice() -> None:
    low, high = (voice_statistics(tone(hertz)) for hertz in (120, 240))
    quiet = voice_statistics(0.1 * tone(120))
    pitch = 5 * 20 + 9  # after MFCC and loudness: the mean of the pitch
    assert high[pitch] - low[pitch] == pytest.approx(np.log(2), abs=0.03)
    assert quiet[pitch] == pytest.approx(low[pitch], abs=0.01)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 32_000), st.sampled_from(["silence", "noise", "click"]))
def test_any_clip_has_statistics(length: int, kind: str) -> None:
    samples = np.zeros(32_000, np.float32)
    samples[:length] = np.random.default_rng(0).normal(0, 0.1, length) if kind == "noise" else 0.0
    if kind == "click" and length:
        samples[length - 1] = 1.0
    found = voice_statistics(samples)
    assert found.shape == voice_statistics(tone(200)).shape
    assert np.isfinite(found[: 5 * 20]).all()


def test_gradients_depend_on_direction_and_not_on_brightness() -> None:
    rng = np.random.default_rng(1)
    one, turned = stripes(1, rng), stripes(4, rng)
    found = gradients(np.stack([one, one // 2, turned, np.zeros_like(one)]))
    assert found.shape == (4, 900)
    same, other = (
        float(found[0] @ found[place] / np.linalg.norm(found[0]) / np.linalg.norm(found[place])) for place in (1, 2)
    )
    assert same > 0.95 > other + 0.2
    assert not found[3].any()
