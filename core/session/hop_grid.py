"""The grids of the session clock: hops, at whose ends the model steps, and slots, in each of which one frame is
searched for a face."""

from __future__ import annotations

from dataclasses import dataclass

from core.features.face import GLANCE_S
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk

_SLACK_S = 1e-6
"""Tolerance for the rounding of k x hop_s."""
_TAIL_S = GLANCE_S
"""A medium has a hop once the hop's last glance slot has begun, because its last frame stays on screen for a while."""


@dataclass(frozen=True, slots=True)
class HopGrid:
    """Hop k ends at k x hop_s. A step that is late by n hops skips n."""

    hop_s: float

    def end_s(self, hop: int) -> float:
        """When hop `hop` ends."""
        return round(hop * self.hop_s, 9)

    def hop_at(self, t_s: float) -> int:
        """The newest hop that has ended by `t_s`."""
        return int((t_s + _SLACK_S) // self.hop_s)

    def last_end_s(self, duration_s: float) -> float:
        """End of the last hop of a medium that lasts `duration_s`; even the shortest has one."""
        return self.end_s(max(self.hop_at(duration_s + _TAIL_S), 1))


def glance_slot(t_s: float) -> int:
    """The glance slot of time `t_s`; slot k begins at k x GLANCE_S, and its first frame is searched."""
    return int(t_s // GLANCE_S)


def end_of(chunk: Chunk) -> float:
    """When a chunk ends; a picture has no duration of its own."""
    return chunk.t_s + (chunk.samples.size / SAMPLE_RATE_HZ if isinstance(chunk, AudioBlock) else 0.0)
