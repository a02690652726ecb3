"""Inputs of the network: what is known of the last word goes with the text."""

from __future__ import annotations

import torch

from core.model.inputs import MODALITIES
from tests.core.model.small import random_streams


def test_restricted_streams_lack_what_is_not_kept() -> None:
    streams = random_streams(9, seed=3)
    for place, name in enumerate(MODALITIES):
        kept = torch.arange(3) != place
        fewer = streams.restricted_to(kept)
        assert not fewer.present[..., place].any()
        assert torch.equal(fewer.present[..., kept], streams.present[..., kept])
        if name == "text":
            assert fewer.since_word_s.isnan().all()
        else:
            assert torch.equal(fewer.since_word_s, streams.since_word_s)


def test_what_is_kept_may_differ_by_step() -> None:
    streams = random_streams(9, seed=4)
    kept = torch.rand(2, 9, 3, generator=torch.Generator().manual_seed(5)) < 0.5
    fewer = streams.restricted_to(kept)
    assert torch.equal(fewer.present, streams.present & kept)
    assert torch.equal(fewer.since_word_s.isnan(), ~kept[..., 2])
