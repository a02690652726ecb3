"""Composed sequences: deterministic, with presence independent of the state, and statistically as configured."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.training.fusion.embedding_bank import BAD_TAKES, GOOD_TAKES, EmbeddingBank, ModalityEmbeddings
from core.training.fusion.evaluation import only, thinned, without
from core.training.fusion.sequence_composer import ABSENT, HOP_S, ComposeSettings, batch, compose, states
from core.training.fusion.train_fusion import FusionAugmentation, augmented_batch
from core.training.pack.labels import (
    CLASSES,
    FACE_RULES,
    face_class,
    rules_table,
    text_class,
    text_excluded,
    voice_class,
    voice_excluded,
)
from core.training.pack.splits import SPLITS, split_of, splits_of
from core.types import MODALITIES


def embeddings(width: int, classes: tuple[int, ...] = (0, 1, 2, 3, 4), samples: int = 10) -> ModalityEmbeddings:
    """Some samples per class whose vectors encode their class and take."""
    labels = np.repeat(np.array(classes), samples)
    takes = GOOD_TAKES + BAD_TAKES
    vectors = np.zeros((len(labels), takes, width), dtype=np.float16)
    vectors[..., 0] = labels[:, None] + 1
    vectors[..., 1] = np.arange(takes)
    return ModalityEmbeddings(vectors, labels, np.arange(len(labels)))


@pytest.fixture(scope="module")
def bank() -> EmbeddingBank:
    return EmbeddingBank(embeddings(4, classes=(0, 1, 3, 4)), embeddings(5), embeddings(6))


def test_the_same_seed_gives_the_same_sequence(bank: EmbeddingBank) -> None:
    one, two = (compose(bank, ComposeSettings(), np.random.default_rng(5)) for _ in range(2))
    assert (one.state == two.state).all()
    for name, vectors in one.vectors.items():
        assert (vectors == two.vectors[name]).all()


def test_shares_match_the_settings(bank: EmbeddingBank) -> None:
    settings = ComposeSettings()
    rng = np.random.default_rng(1)
    sequences = [compose(bank, settings, rng) for _ in range(600)]
    present = np.mean([sequence.present.mean(0) for sequence in sequences], axis=0)
    assert 0.7 < present[1] < 0.85, "the face is mostly there"
    assert 0.1 < present[0] < 0.3, "voices are rare"
    assert present[0] < present[2] < 0.75, "words stay longer than voices"
    assert abs(np.mean([one.noisy.any() for one in sequences]) - settings.noise_episode_share) < 0.06
    assert all(one.noisy.any(0).sum() <= 1 for one in sequences), "an episode is one modality's"
    assert abs(np.mean([one.conflict.any() for one in sequences]) - settings.conflict_share) < 0.06
    shown = np.array([one.tracks["visual"].sample for one in sequences])
    state = np.array([one.state for one in sequences])
    calm = ~np.array([one.conflict for one in sequences]) & (shown != ABSENT) & (state != CLASSES.index("none"))
    blank = bank.visual.classes[shown][calm] == CLASSES.index("none")
    assert abs(blank.mean() - settings.blank_face_share) < 0.03


def test_states_dwell_and_follow_each_other_as_stated() -> None:
    settings = ComposeSettings(steps=20_000)
    walk = states(settings, np.random.default_rng(8))
    starts = np.flatnonzero(np.diff(walk)) + 1
    stays = np.diff(starts)
    assert stays.min() >= settings.dwell_least
    of = walk[starts[:-1]]
    for label, name in enumerate(CLASSES):
        lasted = stays[of == label]
        assert abs(lasted.mean() - settings.dwell_means[name]) < 4 * lasted.std() / lasted.size**0.5 + 0.5
        followers = walk[starts[1:]][of == label]
        for other, share in settings.transitions[name].items():
            expected = 4 * (share * (1 - share) / followers.size) ** 0.5
            assert abs((followers == CLASSES.index(other)).mean() - share) < expected


def test_the_table_of_transitions_is_one() -> None:
    for name, row in ComposeSettings().transitions.items():
        assert set(row) == set(CLASSES) - {name}
        assert sum(row.values()) == pytest.approx(1.0)


def test_presence_is_independent_of_the_state(bank: EmbeddingBank) -> None:
    """Each modality is present equally often in every state (except for a class without samples)."""
    rng = np.random.default_rng(9)
    sequences = [compose(bank, ComposeSettings(), rng) for _ in range(500)]
    state = np.concatenate([one.state for one in sequences])
    present = np.concatenate([one.present for one in sequences])
    for modality in (1, 2):
        shares = [present[state == label, modality].mean() for label in range(len(CLASSES))]
        assert max(shares) - min(shares) < 0.08


def test_words_keep_their_take_while_in_the_window(bank: EmbeddingBank) -> None:
    """Words with a bad take keep it, and words with a good take do not get a bad one later."""
    many = EmbeddingBank(bank.audio, bank.visual, embeddings(6, samples=5000))
    rng = np.random.default_rng(10)
    for _ in range(50):
        track = compose(many, ComposeSettings(noise_episode_share=1.0), rng).tracks["text"]
        same_words = (track.sample[1:] == track.sample[:-1]) & (track.sample[1:] != ABSENT)
        assert (track.take[1:] == track.take[:-1])[same_words].all()


def test_the_same_sequence_from_another_bank_keeps_everything_but_its_vectors(bank: EmbeddingBank) -> None:
    louder = EmbeddingBank(embeddings(4, classes=(0, 1, 3, 4)), embeddings(5), embeddings(6))
    louder.visual.vectors[...] += 1
    sequence = compose(bank, ComposeSettings(), np.random.default_rng(11))
    other = sequence.on(louder)
    assert other.present is sequence.present
    np.testing.assert_array_equal(other.vectors["visual"], sequence.vectors["visual"] + 1)
    np.testing.assert_array_equal(other.vectors["text"], sequence.vectors["text"])


def test_targets_are_distributions_and_none_is_undecided(bank: EmbeddingBank) -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        sequence = compose(bank, ComposeSettings(conflict_share=0.0), rng)
        np.testing.assert_allclose(sequence.target.sum(1), 1.0, atol=1e-6)
        none = sequence.state == CLASSES.index("none")
        np.testing.assert_allclose(sequence.target[none], 0.25)
        assert (sequence.target[~none].argmax(1) == sequence.state[~none]).all()


def test_the_age_of_words_counts_from_the_step_of_their_event(bank: EmbeddingBank) -> None:
    rng = np.random.default_rng(12)
    many = EmbeddingBank(bank.audio, bank.visual, embeddings(6, samples=5000))  # no sample twice in a row
    settings = ComposeSettings(missing_throughout_share=0.0, words_kept=8)
    known = 0
    for _ in range(50):
        sequence = compose(many, settings, rng)
        sample, last = sequence.tracks["text"].sample, None
        for step, age_s in enumerate(sequence.since_word_s.tolist()):
            if sample[step] != ABSENT and (step == 0 or sample[step] != sample[step - 1]):
                last = step
            assert age_s == HOP_S * (step - last) if last is not None else np.isnan(age_s)
            known += last is not None and sample[step] == ABSENT
    assert known > 100, "also while no words are in the window"


def test_removed_words_leave_no_age(bank: EmbeddingBank) -> None:
    rng = np.random.default_rng(13)
    text = MODALITIES.index("text")
    for _ in range(50):
        sequence = compose(bank, ComposeSettings(missing_throughout_share=0.0), rng)
        whole, present = sequence.since_word_s, sequence.present[:, text]
        assert np.isnan(without(sequence, "text").since_word_s).all()
        np.testing.assert_array_equal(without(sequence, "audio").since_word_s, whole)
        fewer = thinned(sequence, 0.5, rng, ("text",))
        left = fewer.present[:, text]
        assert np.isnan(fewer.since_word_s[present & ~left]).all()
        np.testing.assert_array_equal(fewer.since_word_s[left], whole[left])


def test_a_batch_has_the_ages_of_its_sequences(bank: EmbeddingBank) -> None:
    rng = np.random.default_rng(14)
    sequences = [compose(bank, ComposeSettings(), rng) for _ in range(8)]
    ages_s = np.stack([sequence.since_word_s for sequence in sequences])
    np.testing.assert_array_equal(batch(sequences)[0].since_word_s.numpy(), ages_s)
    streams = augmented_batch(sequences, FusionAugmentation(missing_rate=0.9), rng)[0]
    text = np.stack([sequence.present for sequence in sequences])[..., MODALITIES.index("text")]
    removed = text & ~streams.present[..., MODALITIES.index("text")].numpy()
    assert removed.any()
    assert streams.since_word_s.numpy()[removed & np.isfinite(ages_s)].size
    assert np.isnan(streams.since_word_s.numpy()[removed]).all()


def test_bad_takes_occur_only_in_noise_episodes(bank: EmbeddingBank) -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        sequence = compose(bank, ComposeSettings(noise_episode_share=1.0), rng)
        takes, there = sequence.vectors["visual"][:, 1], sequence.present[:, 1]
        assert ((takes >= GOOD_TAKES) == sequence.noisy[:, 1])[there].all()


def test_a_state_without_voices_stays_silent(bank: EmbeddingBank) -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        sequence = compose(bank, ComposeSettings(conflict_share=0.0), rng)
        heard = sequence.vectors["audio"][sequence.present[:, 0], 0]
        assert not (heard == CLASSES.index("Bored") + 1).any()


def test_leaving_out_and_thinning_only_remove_presence(bank: EmbeddingBank) -> None:
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


def test_a_source_with_few_identities_has_some_in_every_split() -> None:
    speakers = [f"actor {number}" for number in range(8)]
    split = splits_of(speakers)
    assert {name: list(split.values()).count(name) for name in SPLITS} == {"train": 4, "fuse": 2, "val": 1, "test": 1}
    assert splits_of(reversed(speakers)) == split
    many = [f"speaker {number}" for number in range(100)]
    assert splits_of(many) == {name: split_of(name) for name in many}


def test_what_a_sample_certainly_does_not_show() -> None:
    assert voice_excluded("emodb", "happiness") == "Bored"
    assert voice_excluded("emodb", "boredom") is None
    assert voice_excluded("emogator", "anger") is None
    assert text_excluded("sight", frozenset()) == "Confused"
    assert text_excluded("sight", frozenset({"confusion"})) is None
    assert text_excluded("mathbuddy", frozenset({"engagement"})) == "Bored"


def test_the_card_lists_the_rules_in_use() -> None:
    table = rules_table()
    for rule in FACE_RULES:
        assert rule.to_text() in table
        for bounds in (rule.above, rule.below):
            assert all(
                f"{name} " in rule.to_text() and f"{bound:g}" in rule.to_text() for name, bound in bounds.items()
            )


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
    """Compared with a sum by hand for two steps; a step at which nothing was present does not count."""
    from core.model.network import Response
    from core.training.fusion.loss import LossSettings, temporal_loss

    logits = torch.tensor([[[2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [9.0, 9.0, 0.0, 0.0]]])
    seen = torch.tensor([[True, True, False]])
    targets = torch.eye(4)[[0, 1, 2]][None]
    one, two = torch.softmax(logits[0, 0], 0), torch.softmax(logits[0, 1], 0)
    entropy = -(one[0].log() + two[1].log()) / 2
    drift = (one * (one.log() - two.log())).sum()
    found = temporal_loss(
        Response(logits, torch.zeros(1, 3, 3), seen), targets, LossSettings(kl_weight=0.3, evidence_weight=0.0)
    )
    torch.testing.assert_close(found, entropy + 0.3 * drift)


def test_the_level_of_the_logits_learns_whether_any_state_is_shown() -> None:
    """A higher level where a state is shown, a lower one where none is; softmax and the paper's loss ignore it."""
    from core.model.evidence import evidence
    from core.model.network import Response
    from core.training.fusion.loss import LossSettings, temporal_loss

    logits = torch.tensor([[[2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]], requires_grad=True)
    seen = torch.ones(1, 2, dtype=torch.bool)
    targets = torch.stack([torch.eye(4)[0], torch.full((4,), 0.25)])[None]
    temporal_loss(Response(logits, torch.zeros(1, 2, 3), seen), targets, LossSettings()).backward()
    assert logits.grad is not None
    assert logits.grad[0, 0].sum() < 0 < logits.grad[0, 1].sum()
    plain = temporal_loss(Response(logits + 5.0, torch.zeros(1, 2, 3), seen), targets, LossSettings(evidence_weight=0))
    torch.testing.assert_close(
        plain, temporal_loss(Response(logits, torch.zeros(1, 2, 3), seen), targets, LossSettings(evidence_weight=0))
    )
    assert 0 < evidence(logits).min() < evidence(logits + 5.0).min() <= 1
