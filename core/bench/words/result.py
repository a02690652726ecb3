"""Results of a word bench, as JSON and as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.bench.words.conditions import NOT_SPEECH
from core.bench.words.measure import HeardClip, Measured
from core.speech.word_alignment import WordErrors

if TYPE_CHECKING:
    from rich.table import Table

_TICKS = (50, 95, 100)


@dataclass(frozen=True, slots=True)
class ConditionFigures:
    """One recogniser under one condition: errors, processor time for a second of the clips, delays of final words."""

    errors: WordErrors
    real_time_factor: float
    delays_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class WordBench:
    """Every recogniser on the same clips."""

    recognizers: list[Measured]

    def to_json(self) -> dict[str, Any]:
        """Returns plain values, with what was heard of each clip."""
        return {one.name: _to_json(one) for one in self.recognizers}

    def to_tables(self) -> list[Table]:
        """Builds a table for each recogniser."""
        return [_table(one) for one in self.recognizers]


def figures(clips: Sequence[HeardClip]) -> ConditionFigures:
    """Adds up clips."""
    return ConditionFigures(
        sum((clip.errors for clip in clips), WordErrors()),
        sum(clip.cpu_s for clip in clips) / max(sum(clip.sound_s for clip in clips), 1e-9),
        tuple(clip.delay_s for clip in clips if clip.delay_s is not None),
    )


def _to_json(one: Measured) -> dict[str, Any]:
    conditions = {}
    for name, clips in one.clips.items():
        found = figures(clips)
        conditions[name] = {
            "word_error_rate": found.errors.rate,
            **asdict(found.errors),
            "real_time_factor": found.real_time_factor,
            "delays_of_final_words_s": found.delays_s,
            "clips": [asdict(clip) for clip in clips],
        }
    late_ms = dict(zip(("p50", "p95", "max"), np.percentile(one.lateness_ms, _TICKS).tolist(), strict=True))
    return {"conditions": conditions, "memory_added_mb": one.memory_mb, "other_thread_late_ms": late_ms}


def _table(one: Measured) -> Table:
    from rich.table import Table

    p50, p95, worst = np.percentile(one.lateness_ms, _TICKS)
    caption = (
        f"adds {one.memory_mb:.0f} MB; another thread is woken {p50:.0f} ms late (median), {p95:.0f} ms (95 %), "
        f"{worst:.0f} ms (worst)"
    )
    table = Table("condition", title=one.name, caption=caption)
    for heading in ("words wrong", "replaced", "lost", "extra", "real-time factor", "final after (median, worst)"):
        table.add_column(heading, justify="right")
    for name, clips in one.clips.items():
        found = figures(clips)
        errors, rate = found.errors, found.errors.rate
        table.add_row(
            name,
            f"{errors.insertions} words" if name == NOT_SPEECH or rate is None else f"{rate:.1%} of {errors.spoken}",
            *(str(count) for count in (errors.substitutions, errors.deletions, errors.insertions)),
            f"{found.real_time_factor:.2f}",
            f"{np.median(found.delays_s):.1f} s, {max(found.delays_s):.1f} s" if found.delays_s else "–",
        )
    return table
