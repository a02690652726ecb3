"""One recording in a sentence, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.analysis.table import Provenance
from core.types import STATES, Estimate, Modality, Word

_IN_WORDS: dict[Modality, str] = {"audio": "voice", "visual": "face", "text": "words"}


def sentence(made: Sequence[Estimate], final: Sequence[Word], whose: Provenance, took_s: float) -> str:
    """Length, what was estimated and for how much of it, what was there, how fast."""
    lasted_s = len(made) * whose.hop_s
    there = ", ".join(f"{_IN_WORDS[m]} in {share(made, m):.0%}" for m in ("visual", "audio", "text"))
    count = f"{len(final)} word{'' if len(final) == 1 else 's'}"
    return (
        f"{whose.file}: {clock_time(lasted_s)}, {len(made)} steps; {states(made)}; {there}; {count}; "
        f"{lasted_s / took_s:.1f} x real time."
    )


def states(made: Sequence[Estimate]) -> str:
    """Which states were named, the most frequent first: "Curious 62 %, undecided 38 %"."""
    counted = Counter(estimate.state or "undecided" for estimate in made)
    order = sorted((name for name in (*STATES, "undecided") if counted[name]), key=lambda name: -counted[name])
    return ", ".join(f"{name} {counted[name] / len(made):.0%}" for name in order)


def share(made: Sequence[Estimate], modality: Modality) -> float:
    """Share of the steps in which a modality took part."""
    return sum(estimate.presence[modality].present for estimate in made) / len(made)


def clock_time(seconds: float) -> str:
    """1:05 for 65 s."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
