"""Window → inputs: presence, reasons, and that live and training share their functions."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.features.audio import clipped_share, voiced_share, waveform
from core.features.face_pixels import pixels
from core.features.load_model import shipped
from core.features.pipeline import DOUBT, FeaturePipeline, text_presence, visual_presence
from core.features.settings import COMPACT, PAPER, FeatureSettings
from core.features.tokens import WordTokens, as_spoken
from core.model.checkpoint import TOKENIZER
from core.types import FaceBox, Presence, Reason, Rgb, Samples, Sighting, Window, Word
from core.word_age import HALF_LIFE_S, recency

BOX = FaceBox(10, 10, 50, 50, 0.9)


def crop(seed: int = 0) -> Rgb:
    return np.random.default_rng(seed).integers(0, 256, (224, 224, 3), dtype=np.uint8)


def seen(quality: float = 1.0, reason: Reason | None = None) -> Sighting:
    return Sighting(1.0, (640, 480), BOX, 1, Presence(True, quality, reason), crop())


def unseen(reason: Reason) -> Sighting:
    return Sighting(1.0, (640, 480), None, 0, Presence(False, 0.0, reason))


def voice(loudness: float = 0.2) -> Samples:
    """Two seconds with the pitch and syllables of a voice."""
    t_s = np.arange(32_000) / 16_000
    tones = sum(np.sin(2 * np.pi * 140 * k * t_s) / k for k in range(1, 20))
    return (loudness * tones * (np.sin(2 * np.pi * 4 * t_s) > -0.3) / 2).astype(np.float32)


def window(**changes: object) -> Window:
    whole = {"end_s": 2.0, "sightings": (seen(),) * 3, "audio": voice(), "words": (Word("why", 0.1, 0.4, 0.8),)}
    return Window(**{**whole, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def features() -> FeaturePipeline:
    return FeaturePipeline(COMPACT, shipped() / TOKENIZER)


def test_a_voice_while_the_lips_are_still_is_doubtful_and_changes_no_input(features: FeaturePipeline) -> None:
    said = tuple(Word("why", 1.0, 1.4, 0.8, doubt=doubt) for doubt in (Reason.LIPS_STILL, None, Reason.LIPS_STILL))
    sure = features.prepare(window(words=tuple(Word("why", 1.0, 1.4, 0.8) for _ in said)))
    doubtful = features.prepare(window(words=said, lips_still=True))
    assert doubtful.presence["audio"] == Presence(True, DOUBT * sure.presence["audio"].quality, Reason.LIPS_STILL)
    assert doubtful.presence["text"].reason is Reason.LIPS_STILL
    assert doubtful.presence["text"].quality == pytest.approx(sure.presence["text"].quality * (1 + 2 * DOUBT) / 3)
    assert doubtful.presence["visual"] == sure.presence["visual"]
    for part in fields(sure.inputs):
        one, other = getattr(doubtful.inputs, part.name), getattr(sure.inputs, part.name)
        torch.testing.assert_close(one, other, rtol=0.0, atol=0.0, equal_nan=True)
    assert features.prepare(window(audio=np.zeros(32_000, np.float32), lips_still=True)).presence["audio"].reason is (
        Reason.SILENCE
    )


def test_all_modalities_present(features: FeaturePipeline) -> None:
    prepared = features.prepare(window())
    assert prepared.inputs.present.tolist() == [[True, True, True]]
    assert prepared.inputs.crops.shape == (1, 3, 1, 96, 96)
    assert prepared.inputs.waveform.shape == (1, 32_000)
    assert prepared.inputs.tokens.shape == (1, 3)
    assert prepared.presence["text"].quality == pytest.approx(0.8 * recency(1.6))


@pytest.mark.parametrize(
    ("changes", "modality", "reason"),
    [
        ({"audio": np.zeros(32_000, dtype=np.float32)}, "audio", Reason.SILENCE),
        ({"sightings": ()}, "visual", Reason.FROZEN_PICTURE),
        ({"sightings": (unseen(Reason.NO_FACE),)}, "visual", Reason.NO_FACE),
        ({"sightings": (seen(), unseen(Reason.SEVERAL_FACES))}, "visual", Reason.SEVERAL_FACES),
        ({"words": ()}, "text", Reason.NO_WORDS),
        ({"unavailable": {"audio": Reason.NO_MICROPHONE}}, "audio", Reason.NO_MICROPHONE),
        ({"unavailable": {"visual": Reason.MUTED}}, "visual", Reason.MUTED),
        ({"unavailable": {"text": Reason.NO_RECOGNIZER}}, "text", Reason.NO_RECOGNIZER),
    ],
)
def test_missing_modalities_have_a_reason(
    features: FeaturePipeline, changes: dict[str, object], modality: str, reason: Reason
) -> None:
    prepared = features.prepare(window(**changes))
    assert prepared.presence[modality] == Presence(False, 0.0, reason)  # type: ignore[index]
    assert int(prepared.inputs.present.sum()) == 2


def test_poor_quality_is_reported_while_the_modality_stays_present() -> None:
    assert visual_presence((seen(), seen(0.2, Reason.TOO_DARK))) == Presence(True, 0.6, Reason.TOO_DARK)
    assert text_presence(window(words=())).reason is Reason.NO_WORDS


def test_without_another_voice_the_computer_is_the_reason(features: FeaturePipeline) -> None:
    silent = window(audio=np.zeros_like(window().audio), words=(), computer_s=1.5)
    presence = features.prepare(silent).presence
    assert presence["audio"].reason is presence["text"].reason is Reason.COMPUTER_SPEAKING


def test_words_without_letters_do_not_count() -> None:
    unreadable = (Word("안녕", 0.0, 0.5), Word("42", 0.5, 0.9))
    assert text_presence(window(words=unreadable)) == Presence(False, 0.0, Reason.NO_WORDS)
    assert text_presence(window(words=(*unreadable, Word("why", 1.0, 1.2, 0.7)))).quality == pytest.approx(
        0.7 * recency(0.8)
    )


def test_a_clipped_voice_is_reported_as_too_loud(features: FeaturePipeline) -> None:
    loud = np.clip(voice(20.0), -1, 1)
    assert clipped_share(loud) > 0.1
    presence = features.prepare(window(audio=loud)).presence["audio"]
    assert presence.present
    assert presence.reason is Reason.CLIPPED
    assert presence.quality < 0.5


def test_voice_activity_separates_voice_from_silence() -> None:
    assert voiced_share(voice()) > 0.5
    assert voiced_share(np.zeros(32_000, dtype=np.float32)) == 0.0
    assert voiced_share(np.zeros(10, dtype=np.float32)) == 0.0


def test_a_window_of_another_length_than_trained_on_is_refused(features: FeaturePipeline) -> None:
    with pytest.raises(ModelError, match=r"Set window\.audio_s to 2"):
        features.prepare(window(audio=np.zeros(80_000, dtype=np.float32)))


@settings(max_examples=30, deadline=None)
@given(gain=st.floats(0.05, 4.0), offset=st.floats(-0.1, 0.1), seed=st.integers(0, 99))
def test_loudness_and_offset_change_nothing_in_the_waveform(gain: float, offset: float, seed: int) -> None:
    samples = np.random.default_rng(seed).normal(0, 0.1, 4000).astype(np.float32)
    np.testing.assert_allclose(waveform(samples * gain + offset), waveform(samples), atol=2e-3)


def test_light_changes_nothing_in_a_compact_crop() -> None:
    picture = (crop() // 2).astype(np.uint8)
    difference = np.abs(pixels(picture, COMPACT) - pixels(picture + 60, COMPACT))
    assert difference.mean() < 0.01, "only the rounding to whole grey levels is left"


def test_the_paper_profile_takes_colour_at_224() -> None:
    assert pixels(crop(), PAPER).shape == (3, 224, 224)


def test_a_flat_crop_does_not_blow_up() -> None:
    assert not pixels(np.full((48, 48, 3), 128, dtype=np.uint8), COMPACT).any()


def test_text_is_normalised_like_recogniser_output() -> None:
    assert as_spoken("Why DOESN’T it… work?! 🙂 42") == "why doesn't it work"


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.text(max_size=12), max_size=120))
def test_any_words_become_tokens_within_the_limit(words: list[str]) -> None:
    tokens = TOKENS.of_words(words, [0.0] * len(words)).ids
    assert 2 <= len(tokens) <= 48
    assert all(0 <= token < 12_000 for token in tokens)


TOKENS = WordTokens(shipped() / TOKENIZER, 48)


SAID = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["why", "understanding", "it's", "42", "o'clock"])))


def test_too_many_words_drop_the_oldest() -> None:
    few = TOKENS.of_words(["last"], [0.5])
    many = TOKENS.of_words(["first"] * 100 + ["last"], [*np.arange(100.5, 0.5, -1), 0.5])
    assert len(many.ids) == len(many.ages_s) == 48
    assert many.ids[-2:] == few.ids[-2:]
    assert many.ages_s[1:-1] == [*np.arange(45.5, 0.5, -1), 0.5]


@settings(max_examples=100, deadline=None)
@given(words=SAID)
def test_every_token_has_the_age_of_its_word(words: list[str]) -> None:
    ages = [float(len(words) - place) for place in range(len(words))]
    tokens = TOKENS.of_words(words, ages)
    assert tokens.ids == TOKENS.of_text(as_spoken(" ".join(words))), "ages change nothing in the tokens"
    alone = [TOKENS.of_text(as_spoken(word))[1:-1] for word in words]
    expected = [age for age, ids in zip(ages, alone, strict=True) for _ in ids]
    assert tokens.ages_s[1:-1] == expected[-46:]
    assert np.isnan([tokens.ages_s[0], tokens.ages_s[-1]]).all(), "the marks belong to no word"


def test_inputs_carry_ages_and_the_unknown_is_not_zero(features: FeaturePipeline) -> None:
    spoken = (Word("why", 0.1, 0.4), Word("...", 0.5, 0.6), Word("misunderstood", 1.0, 1.5))
    inputs = features.prepare(window(words=spoken, since_word_s=0.5)).inputs
    ages = inputs.token_age_s[0].tolist()
    assert inputs.token_age_s.shape == inputs.tokens.shape
    assert ages[1:-1] == pytest.approx([1.6] + [0.5] * (len(ages) - 3))
    assert inputs.since_word_s.tolist() == [0.5]
    nothing = features.prepare(window(words=())).inputs
    assert np.isnan(nothing.since_word_s.numpy()).all()
    assert np.isnan(nothing.token_age_s.numpy()).all()
    before = features.prepare(window(words=(), since_word_s=30.0)).inputs
    assert before.since_word_s.tolist() == [30.0], "known though no word is in the window"


@settings(max_examples=50, deadline=None)
@given(
    confidences=st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8),
    silence_s=st.floats(0.0, 6.0),
    more_s=st.floats(0.1, 5.0),
)
def test_the_quality_of_words_halves_in_silence(confidences: list[float], silence_s: float, more_s: float) -> None:
    words = tuple(Word("why", 0.5 * k, 0.5 * k + 0.4, trust) for k, trust in enumerate(confidences))
    ended_s = words[-1].end_s

    def quality(after_s: float) -> float:
        return text_presence(window(end_s=ended_s + after_s, words=words)).quality

    fresh = quality(0.0)
    assert min(confidences) - 1e-9 <= fresh <= max(confidences) + 1e-9
    assert quality(silence_s) == pytest.approx(fresh * 0.5 ** (silence_s / HALF_LIFE_S))
    assert quality(silence_s + more_s) < quality(silence_s)


def test_an_old_word_counts_less_in_the_quality_than_a_new_one() -> None:
    old, new = Word("why", 0.0, 0.4, 0.2), Word("so", 7.0, 8.0, 1.0)
    assert text_presence(window(end_s=8.0, words=(old, new))).quality > 0.8 > (0.2 + 1.0) / 2


def test_settings_round_trip_through_json() -> None:
    assert FeatureSettings.from_json(json.loads(json.dumps(PAPER.to_json()))) == PAPER


def test_the_text_encoder_of_an_older_checkpoint_knows_english(features: FeaturePipeline) -> None:
    older = {name: value for name, value in COMPACT.to_json().items() if name != "languages"}
    assert FeatureSettings.from_json(older).languages == features.languages == ("en",)


def test_training_pictures_and_live_crops_give_the_same_pixels() -> None:
    """A sharp live crop gives the pixels of the same picture at the size that training pictures have."""
    import cv2

    live = cv2.GaussianBlur(crop(), (0, 0), 2)
    trained = cv2.resize(live, (48, 48), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(pixels(live, COMPACT), pixels(trained, COMPACT))
