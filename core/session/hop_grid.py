"""The grids of the session clock: hops, at whose ends the model steps, and slots in which one frame is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from core.features.face import GLANCE_S
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk

_SLACK_S = 1e-6
"""Forgives the rounding of k x hop_s."""
_TAIL_S = GLANCE_S
"""A medium has a hop once the hop's last glance slot has begun: its last frame stands for a while."""


@dataclass(frozen=True, slots=True)
class HopGrid:
    """Hop k ends at k x hop_s. Late by n hops means: jump n."""

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
    """The glance slot that time `t_s` lies in; slot k begins at k x GLANCE_S and its first frame is looked at."""
    return int(t_s // GLANCE_S)


def end_of(chunk: Chunk) -> float:
    """When a chunk is over; a picture has no length of its own."""
    return chunk.t_s + (chunk.samples.size / SAMPLE_RATE_HZ if isinstance(chunk, AudioBlock) else 0.0)
