"""Which numbers the encoders compute with: short ones where the hardware is fast at them and the encoders are large."""

from __future__ import annotations

import torch

LARGE = "paper"
"""The profile whose base-size encoders cost most of a step. The compact one stays in the float32 it was judged in."""


def has_bfloat16(device: str) -> bool:
    """Whether the device computes bfloat16 itself. Emulated it would be slower than float32."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def encoding(profile: str, device: str) -> torch.autocast:
    """Context in which a profile's encoders run on a device."""
    return torch.autocast(device, torch.bfloat16, enabled=profile == LARGE and has_bfloat16(device))
