"""Hops of different sizes in one batch: nothing in the padding passes for a word said just now."""

from __future__ import annotations

from dataclasses import replace

import torch

from core.model.inputs import ModelInputs
from core.training.padded_hops import pad_hops
from tests.core.model.test_live import hop


def shorter(one: ModelInputs) -> ModelInputs:
    return replace(
        one, tokens=one.tokens[:, :4], token_mask=one.token_mask[:, :4], token_age_s=one.token_age_s[:, :4]
    )  # fmt: skip


def test_ages_are_padded_with_the_unknown() -> None:
    first, second, third = hop(1), shorter(hop(2)), hop(3)
    padded = pad_hops([[first, second], [third]])
    assert padded.token_age_s.shape == padded.tokens.shape == (2, 2, 6)
    assert torch.equal(padded.token_age_s.isnan(), ~padded.token_mask)
    assert torch.equal(padded.token_age_s[0, 1, :4], second.token_age_s[0])
    assert padded.since_word_s.isnan().tolist() == [[False, False], [False, True]]
    assert padded.since_word_s[1, 0] == third.since_word_s
    assert not padded.present[1, 1].any()
