"""Scraps of the computer's voice that its echo's verdict took for the learner's.

A canceller leaves a rest of a loud syllable now and then. A learner who answers speaks for longer than that, so a short
island between two stretches of the computer is the computer's too. At the newest end, where it is not known yet what
follows, it is taken for an island until it has lasted long enough: an answer into a lecture counts `ISLAND_S` later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.buffers.voice_stretch import VoiceStretch

ISLAND_S = 0.2
"""A shorter island is the computer's. While both speak, this costs the learner 6 of 100 frames (0.3 s: 10), in ten
simulated rooms."""
REACH_S = 1.0
"""An island has the computer's voice this close on its left, and on its right as far as that is known."""
_SAME_S = 0.1
"""Parts of one island lie at most this far apart."""


def without_islands(stretches: Sequence[VoiceStretch]) -> list[VoiceStretch]:
    """The stretches, in the order of time, with short islands of another voice marked as the computer's."""
    changed = list(stretches)
    for first, stop in _islands(stretches):
        if _is_short(stretches[first:stop]) and _among_computer(stretches, first, stop):
            changed[first:stop] = [
                stretch if stretch.speaker == "nobody" else replace(stretch, speaker="computer")
                for stretch in stretches[first:stop]
            ]
    return changed


def _islands(stretches: Sequence[VoiceStretch]) -> Iterator[tuple[int, int]]:
    """Places (first, stop) of runs that begin and end with another voice than the computer's."""
    others = [place for place, stretch in enumerate(stretches) if stretch.speaker in ("learner", "both")]
    first = others[0] if others else 0
    for place, following in zip(others, [*others[1:], None], strict=False):
        if following is None or stretches[following].start_s - stretches[place].end_s > _SAME_S:
            yield first, place + 1
            first = following or 0


def _is_short(island: Sequence[VoiceStretch]) -> bool:
    return sum(each.end_s - each.start_s for each in island if each.speaker in ("learner", "both")) < ISLAND_S


def _among_computer(stretches: Sequence[VoiceStretch], first: int, stop: int) -> bool:
    before = next((each for each in reversed(stretches[:first]) if each.speaker != "nobody"), None)
    after = next((each for each in stretches[stop:] if each.speaker != "nobody"), None)
    known_until_s = stretches[-1].end_s
    if before is None or before.speaker != "computer" or stretches[first].start_s - before.end_s > REACH_S:
        return False
    if after is None:
        return known_until_s - stretches[stop - 1].end_s <= REACH_S
    return after.speaker == "computer" and after.start_s - stretches[stop - 1].end_s <= REACH_S
