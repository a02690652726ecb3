"""One recording in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.time_format import short_clock
from core.types import STATES, Estimate, Modality, Reason, Word

_IN_WORDS: dict[Modality, str] = {"visual": "face", "audio": "voice", "text": "words"}


def sentence(made: Sequence[Estimate], final: Sequence[Word], hop_s: float) -> str:
    """Duration, states with their shares, presence of the modalities, doubt of the voice, and number of words."""
    there = ", ".join(f"{_IN_WORDS[m]} in {share(made, m):.0%}" for m in _IN_WORDS)
    parts = filter(None, (states(made), there, doubt(made), _count(final)))
    return f"{short_clock(len(made) * hop_s)} in {len(made)} steps: {'; '.join(parts)}."


def states(made: Sequence[Estimate]) -> str:
    """The named states, the most frequent first: "Curious 62%, undecided 38%"."""
    counted = Counter(estimate.state or "undecided" for estimate in made)
    order = sorted((name for name in (*STATES, "undecided") if counted[name]), key=lambda name: -counted[name])
    return ", ".join(f"{name} {counted[name] / len(made):.0%}" for name in order)


def share(made: Sequence[Estimate], modality: Modality) -> float:
    """Share of the steps in which a modality was present."""
    return sum(estimate.presence[modality].present for estimate in made) / len(made)


def doubt(made: Sequence[Estimate]) -> str:
    """Share of the steps in which the voice may be somebody else's, and why; empty if there are none."""
    doubtful = sum(estimate.presence["audio"].reason is Reason.LIPS_STILL for estimate in made)
    return f"voice doubtful in {doubtful / len(made):.0%} ({Reason.LIPS_STILL.value})" if doubtful else ""


def _count(final: Sequence[Word]) -> str:
    doubtful = sum(word.doubt is not None for word in final)
    count = f"{len(final)} word{'' if len(final) == 1 else 's'}"
    return f"{count}, {doubtful} doubtful" if doubtful else count
