"""What the network takes: the prepared inputs of three modalities, and the encoder vectors of a run of hops.

How old words are is NaN where it is unknown, never 0: 0 would be a word said just now. Whoever computes with ages has
to mask them, and notices if they did not.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

MODALITIES = ("audio", "visual", "text")
"""Order of every per-modality axis (the same as in `core.types`; a test checks this)."""
_TEXT = MODALITIES.index("text")


@dataclass(frozen=True, slots=True, eq=False)
class ModelInputs:
    """Inputs of the encoders, for B learners. The content of an absent modality is ignored and may be empty.

    One hop has the shapes below; `over_time` and the training batches put a time axis T after B.

    waveform     (B, N) float, 16 kHz, zero mean and unit variance
    crops        (B, K, C, S, S) float, up to K faces of this hop
    crop_mask    (B, K) bool, which of the K faces are valid
    tokens       (B, L) int64
    token_mask   (B, L) bool, which of the L tokens are valid
    token_age_s  (B, L) float, seconds since each token's word ended; NaN for tokens of no word ([CLS], [SEP], padding)
    since_word_s (B,) float, seconds since the last word ended, also while none is in the text window; NaN where unknown
    present      (B, 3) bool, in the order of `MODALITIES`
    """

    waveform: Tensor
    crops: Tensor
    crop_mask: Tensor
    tokens: Tensor
    token_mask: Tensor
    token_age_s: Tensor
    since_word_s: Tensor
    present: Tensor

    def over_time(self) -> ModelInputs:
        """Returns this single hop as a sequence of one step: (B, …) → (B, 1, …)."""
        return ModelInputs(*(getattr(self, field.name).unsqueeze(1) for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Streams:
    """Encoder vectors of T hops: one vector per modality and hop, and which modalities are present.

    audio (B, T, d_a), visual (B, T, d_v), text (B, T, d_t), present (B, T, 3) bool,
    since_word_s (B, T) float, as in `ModelInputs`
    """

    audio: Tensor
    visual: Tensor
    text: Tensor
    present: Tensor
    since_word_s: Tensor

    def restricted_to(self, kept: Tensor) -> Streams:
        """The streams with only the modalities that are `kept`, a mask that broadcasts to (B, T, 3).

        The others are absent, and where the text is one of them nothing is known of its last word.
        """
        since_word_s = torch.where(kept[..., _TEXT], self.since_word_s, torch.nan)
        return replace(self, present=self.present & kept, since_word_s=since_word_s)
