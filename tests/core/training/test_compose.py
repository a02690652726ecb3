"""Composed sequences: seeded, honest about presence, and statistically what their settings say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.training.bank import BAD_TAKES, GOOD_TAKES, Bank, Shelf
from core.training.compose import ComposeSettings, compose
from core.training.judge import only, thinned
from core.training.labels import CLASSES, face_class, text_class, voice_class
from core.training.splits import split_of


def shelf(width: int, classes: tuple[int, ...] = (0, 1, 2, 3, 4)) -> Shelf:
    """Ten samples a class whose vectors name their class and take."""
    labels = np.repeat(np.array(classes), 10)
    takes = GOOD_TAKES + BAD_TAKES
    vectors = np.zeros((len(labels), takes, width), dtype=np.float16)
    vectors[..., 0] = labels[:, None] + 1
    vectors[..., 1] = np.arange(takes)
    return Shelf(vectors, labels)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return Bank(shelf(4, classes=(0, 1, 3, 4)), shelf(5), shelf(6))


def test_the_same_seed_gives_the_same_sequence(bank: Bank) -> None:
    one, two = (compose(bank, ComposeSettings(), np.random.default_rng(5)) for _ in range(2))
    assert (one.state == two.state).all()
    for name, vectors in one.vectors.items():
        assert (vectors == two.vectors[name]).all()


def test_statistics_are_what_the_settings_say(bank: Bank) -> None:
    settings = ComposeSettings()
    rng = np.random.default_rng(1)
    sequences = [compose(bank, settings, rng) for _ in range(400)]
    present = np.mean([sequence.present.mean(0) for sequence in sequences], axis=0)
    assert 0.7 < present[1] < 0.85, "the face is mostly there"
    assert 0.1 < present[0] < 0.3, "voices are rare"
    assert present[0] < present[2] < 0.75, "words stay longer than voices"
    states = np.concatenate([sequence.state for sequence in sequences])
    assert 0.08 < (states == CLASSES.index("none")).mean() < 0.25
    changes = np.mean([(np.diff(sequence.state) != 0).sum() for sequence in sequences])
    assert settings.steps / settings.dwell_mean - 1.5 < changes < settings.steps / settings.dwell_least
    noisy = np.mean([sequence.noisy.any() for sequence in sequences])
    assert abs(noisy - settings.noise_episode_share) < 0.08


def test_targets_are_distributions_and_none_is_undecided(bank: Bank) -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        sequence = compose(bank, ComposeSettings(conflict_share=0.0), rng)
        np.testing.assert_allclose(sequence.target.sum(1), 1.0, atol=1e-6)
        none = sequence.state == CLASSES.index("none")
        np.testing.assert_allclose(sequence.target[none], 0.25)
        assert (sequence.target[~none].argmax(1) == sequence.state[~none]).all()


def test_a_noise_episode_uses_bad_takes_and_only_there(bank: Bank) -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        sequence = compose(bank, ComposeSettings(noise_episode_share=1.0), rng)
        takes, there = sequence.vectors["visual"][:, 1], sequence.present[:, 1]
        assert ((takes >= GOOD_TAKES) == sequence.noisy[:, 1])[there].all()


def test_a_state_without_voices_stays_silent(bank: Bank) -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        sequence = compose(bank, ComposeSettings(conflict_share=0.0), rng)
        heard = sequence.vectors["audio"][sequence.present[:, 0], 0]
        assert not (heard == CLASSES.index("Bored") + 1).any()


def test_leaving_out_and_thinning_only_take_away(bank: Bank) -> None:
    rng = np.random.default_rng(6)
    sequence = compose(bank, ComposeSettings(missing_throughout_share=0.0), rng)
    assert not only(sequence, "visual").present[:, [0, 2]].any()
    assert (only(sequence, "visual").present[:, 1] == sequence.present[:, 1]).all()
    fewer = thinned(sequence, 0.8, rng).present
    assert not (fewer & ~sequence.present).any()
    assert fewer.sum() < sequence.present.sum() / 2


def test_an_identity_has_one_split_and_the_shares_are_near() -> None:
    splits = [split_of(f"speaker {number}") for number in range(4000)]
    assert splits == [split_of(f"speaker {number}") for number in range(4000)]
    assert abs(splits.count("train") / 4000 - 0.66) < 0.03
    assert abs(splits.count("test") / 4000 - 0.10) < 0.02


def test_labels_follow_the_stated_rules() -> None:
    calm = dict.fromkeys(("AU04", "AU09", "AU12", "AU25", "AU43"), 0.0)
    assert face_class("surprise", calm) == "Curious"
    assert face_class("sad", {**calm, "AU43": 0.5}) == "Bored"
    assert face_class("sad", {**calm, "AU04": 0.7}) == "Confused"
    assert face_class("disgust", {**calm, "AU04": 0.7}) == "Frustrated"
    assert face_class("angry", {**calm, "AU04": 0.7}) is None, "two rules speak for it"
    assert face_class("happy", calm) == "none"
    assert face_class("happy", None) is None
    assert voice_class("emodb", "boredom") == "Bored"
    assert voice_class("emogator", "surprise (positive)") is None
    assert text_class("goemotions", frozenset({"confusion", "curiosity"})) is None
    assert text_class("goemotions", frozenset({"curiosity", "joy"})) == "Curious"
    assert text_class("sight", frozenset()) is None


def test_the_loss_is_the_papers() -> None:
    """Against a hand-written sum for two steps; a step at which nothing was present does not count."""
    from core.model.network import Response
    from core.training.loss import LossSettings, temporal_loss

    logits = torch.tensor([[[2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [9.0, 9.0, 0.0, 0.0]]])
    seen = torch.tensor([[True, True, False]])
    targets = torch.eye(4)[[0, 1, 2]][None]
    one, two = torch.softmax(logits[0, 0], 0), torch.softmax(logits[0, 1], 0)
    entropy = -(one[0].log() + two[1].log()) / 2
    drift = (one * (one.log() - two.log())).sum()
    found = temporal_loss(Response(logits, torch.zeros(1, 3, 3), seen), targets, LossSettings(kl_weight=0.3))
    torch.testing.assert_close(found, entropy + 0.3 * drift)
