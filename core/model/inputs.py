"""What the network takes: one hop of three modalities, and a run of encoded hops."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

MODALITIES = ("audio", "visual", "text")
"""Order of every per-modality axis (the same as the rest of the program's; a test says so)."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelInputs:
    """One hop, B learners at once. The content of an absent modality is ignored and may be empty.

    waveform   (B, N) float, 16 kHz, zero mean and unit variance
    crops      (B, K, C, S, S) float, up to K faces of this hop
    crop_mask  (B, K) bool, which of them are there
    tokens     (B, L) int64
    token_mask (B, L) bool
    present    (B, 3) bool, in the order of `MODALITIES`
    """

    waveform: Tensor
    crops: Tensor
    crop_mask: Tensor
    tokens: Tensor
    token_mask: Tensor
    present: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Streams:
    """T encoded hops: one vector per modality and hop, and which of them are there.

    audio (B, T, d_a), visual (B, T, d_v), text (B, T, d_t), present (B, T, 3) bool
    """

    audio: Tensor
    visual: Tensor
    text: Tensor
    present: Tensor
