"""Numeric precision of the encoders: bfloat16 for large encoders on hardware that supports it."""

from __future__ import annotations

import torch

LARGE = "paper"
"""The profile whose base-size encoders dominate a step. The compact profile runs in float32, as it was evaluated."""


def has_bfloat16(device: str) -> bool:
    """Whether the device supports bfloat16 natively. Emulated it would be slower than float32."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def encoding(profile: str, device: str) -> torch.autocast:
    """Returns the autocast context in which a profile's encoders run on a device."""
    return torch.autocast(device, torch.bfloat16, enabled=profile == LARGE and has_bfloat16(device))
