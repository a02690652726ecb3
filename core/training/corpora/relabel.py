"""Maps a corpus's labels to the four states: a conservative table for each corpus, which the user's own overrides.

No corpus has all four states. Clips whose label is not clearly one of them are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError
from core.training.corpora.clip import Clip, Corpus, table_rows
from core.training.pack.labels import CLASSES, NONE
from core.types import STATES

LEAVE_OUT = "leave out"
_WORDS = {name.lower(): name for name in (*CLASSES, LEAVE_OUT)}

TABLES: dict[str, dict[str, str]] = {
    # "exc" is not curiosity, the corpus itself separates "ang" from "fru", "xxx" means that raters disagreed.
    "iemocap": {"fru": "Frustrated", "neu": NONE},
    # Anger stands for frustration, as for the voices and words of the shipped model: it is the nearest label available.
    "mosei": {"anger": "Frustrated", "no emotion": NONE},
    "meld": {"anger": "Frustrated", "neutral": NONE},
    "daisee": {"boredom": "Bored", "confusion": "Confused", "frustration": "Frustrated", "engagement": NONE},
    "own": {name.lower(): name for name in CLASSES},
}
"""Labels that are not listed are left out."""


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """A clip and the class that it shows, an index into `CLASSES`."""

    clip: Clip
    target: int


def relabelled(corpus: Corpus, table: Mapping[str, str]) -> tuple[list[LabelledClip], Counter[str]]:
    """Returns the clips that show one of the classes, and how many were left out, by reason.

    `table` overrides the built-in one; in it the id of a clip overrides its label. Raises `DataError` if nothing is
    left, or if the table matches no clip of this corpus.
    """
    rules = TABLES[corpus.name] | dict(table)
    known = {clip.id for clip in corpus.clips} | {clip.label for clip in corpus.clips}
    if table and not known & set(table):
        raise DataError(
            f"The relabelling table names no label and no clip of this corpus. Its labels are: {_labels(corpus)}."
        )
    found = [(clip, rules.get(clip.id) or rules.get(clip.label, LEAVE_OUT)) for clip in corpus.clips]
    kept = [LabelledClip(clip, CLASSES.index(state)) for clip, state in found if state != LEAVE_OUT]
    if not kept:
        raise DataError(_nothing_left(corpus))
    left_out = corpus.left_out.copy()
    left_out["whose label is none of the four states"] += len(found) - len(kept)
    return kept, left_out


def missing_states(kept: list[LabelledClip]) -> list[str]:
    """The states that no clip shows."""
    there = {entry.target for entry in kept}
    return [state for place, state in enumerate(STATES) if place not in there]


def read_table(path: Path | None) -> dict[str, str]:
    """Reads a user's table with the columns label,state; `label` is a label of the corpus or the id of a clip.

    Raises `DataError` with the number of wrong rows, and the first of them.
    """
    if path is None:
        return {}
    rows = [(row.get("label", ""), row.get("state", "")) for row in table_rows(path, "label", "state")]
    bad = [f"'{label}' → '{state}'" for label, state in rows if not label or state.lower() not in _WORDS]
    if bad:
        allowed = ", ".join(_WORDS.values())
        raise DataError(f"{path}: {len(bad)} of {len(rows)} rows cannot be used (first: {bad[0]}). States: {allowed}.")
    return {label: _WORDS[state.lower()] for label, state in rows}


def _nothing_left(corpus: Corpus) -> str:
    if not corpus.clips:
        missing = ", ".join(f"{count} {reason}" for reason, count in corpus.left_out.most_common())
        return (
            f"The copy of {corpus.name} has no clip that can be used ({missing or 'it is empty'}). Complete the copy."
        )
    return (
        f"None of the {len(corpus.clips)} clips shows one of the four states. Say what their labels mean with "
        f"--relabel TABLE.csv (columns label,state). The labels are: {_labels(corpus)}."
    )


def _labels(corpus: Corpus) -> str:
    counts = Counter(clip.label for clip in corpus.clips)
    return ", ".join(f"{label} ({count})" for label, count in counts.most_common(12)) or "none"
