"""Enc_A, Enc_V, Enc_T: one vector per modality and hop, from the encoder families that the paper names.

| paper symbol | here            | shape                      | warrant |
|--------------|-----------------|----------------------------|---------|
| Enc_A        | `AudioEncoder`  | (B, N) → (B, d_a)          | Wav2Vec2: Fig. 2; mean over time: ours |
| Enc_V        | `VisualEncoder` | (B, K, C, S, S) → (B, d_v) | ResNet: Fig. 2; mean over a hop's faces: ours |
| Enc_T        | `TextEncoder`   | (B, L) → (B, d_t)          | BERT: Fig. 2; mean over tokens: ours |

The means are ours because a step needs one vector, and the paper's pooling could not be read.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, ResNetConfig, ResNetModel, Wav2Vec2Config, Wav2Vec2Model


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean over axis 1 of values (B, L, d) where mask (B, L) is True; zeros for rows without any True."""
    weights = mask.to(values.dtype).unsqueeze(-1)  # (B, L, 1)
    return (values * weights).sum(1) / weights.sum(1).clamp_min(1.0)


class AudioEncoder(nn.Module):
    """Encodes a waveform with Wav2Vec2."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__()
        self.body = Wav2Vec2Model(Wav2Vec2Config(**options))
        # The mask embedding serves self-supervised pre-training only. Removing it keeps checks for untrained
        # parameters meaningful.
        del self.body.masked_spec_embed
        self.width: int = self.body.config.hidden_size

    def forward(self, waveform: Tensor) -> Tensor:
        """(B, N) at 16 kHz, normalised → (B, d_a)."""
        frames: Tensor = self.body(waveform).last_hidden_state  # (B, N / 320, d_a)
        return frames.mean(1)


class VisualEncoder(nn.Module):
    """Encodes the faces of one hop with ResNet."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__()
        self.body = ResNetModel(ResNetConfig(**options))
        # Convolutions on a CPU are nearly twice as fast with channels last; the results are the same.
        self.body.to(memory_format=torch.channels_last)  # type: ignore[call-arg]
        self.width: int = list(self.body.config.hidden_sizes or ())[-1]

    def forward(self, crops: Tensor, crop_mask: Tensor) -> Tensor:
        """(B, K, C, S, S) and which of the K faces are valid (B, K) → (B, d_v)."""
        batch, count = crops.shape[:2]
        pooled = self.body(crops.flatten(0, 1)).pooler_output.flatten(1)  # (B * K, d_v)
        return masked_mean(pooled.view(batch, count, -1), crop_mask)


class TextEncoder(nn.Module):
    """Encodes the words of the text window with BERT."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__()
        self.body = BertModel(BertConfig(**options), add_pooling_layer=False)
        self.width: int = self.body.config.hidden_size

    def forward(self, tokens: Tensor, token_mask: Tensor) -> Tensor:
        """(B, L) token ids and which of them are valid (B, L) → (B, d_t)."""
        hidden = self.body(tokens, attention_mask=token_mask.to(torch.long)).last_hidden_state  # (B, L, d_t)
        return masked_mean(hidden, token_mask)
