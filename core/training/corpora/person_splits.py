"""Splits clips into train, val and test such that no person is in two of them.

The corpus's own parts are used if it has all three and no person crosses them; else persons are split by hash, as in
`core.training.pack.splits` (its splits for encoders and for fusion are both `train` here).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable

from core.errors import DataError
from core.training.corpora.clip import PARTS, Part
from core.training.corpora.relabel import LabelledClip
from core.training.pack.splits import Split, split_of

ClipsByPart = dict[Part, list[LabelledClip]]

_PART_OF: dict[Split, Part] = {"train": "train", "fuse": "train", "val": "val", "test": "test"}


def split_by_person(corpus: str, clips: list[LabelledClip]) -> tuple[ClipsByPart, str]:
    """Returns the clips by part, and a description of the split. Raises `DataError` if a part would be empty."""
    official = _official(clips)
    if official is not None and all(official.values()) and not _crossing(official):
        found, how = official, "the corpus's own parts"
    else:
        whose = _by_person(corpus, sorted({entry.clip.identity for entry in clips}))
        found, how = {part: [one for one in clips if whose[one.clip.identity] == part] for part in PARTS}, "by person"
    check(found)
    empty = [part for part in PARTS if not found[part]]
    if empty:
        people = len({entry.clip.identity for entry in clips})
        raise DataError(
            f"{corpus}: nobody is left for {' and '.join(empty)} ({people} people, split as {how}). "
            "Add recordings of other people, or complete the copy."
        )
    return found, how


def check(found: ClipsByPart) -> None:
    """Raises `DataError` if a person is in two parts."""
    crossing = _crossing(found)
    if crossing:
        raise DataError(
            f"{len(crossing)} people are in more than one of train, val and test (first: {crossing[0]}). "
            "Figures would be too good to be true; part them by person."
        )


def _crossing(found: ClipsByPart) -> list[str]:
    parts: defaultdict[str, set[Part]] = defaultdict(set)
    for part, entries in found.items():
        for entry in entries:
            parts[entry.clip.identity].add(part)
    return sorted(identity for identity, those in parts.items() if len(those) > 1)


def _official(clips: Iterable[LabelledClip]) -> ClipsByPart | None:
    """The corpus's own parts; None if it has none, or not for all clips."""
    found: ClipsByPart = {part: [] for part in PARTS}
    for entry in clips:
        if entry.clip.part is None:
            return None
        found[entry.clip.part].append(entry)
    return found


def _by_person(corpus: str, people: list[str]) -> dict[str, Part]:
    """Splits by hash, so that a person keeps their part when others are added. With few people a part may stay
    empty; it then gets the person with the nearest hash, if there are at least three.
    """
    whose = {person: _PART_OF[split_of(f"{corpus}:{person}")] for person in people}
    by_hash = sorted(people, key=lambda person: hashlib.sha256(f"{corpus}:{person}".encode()).digest())
    wanted: tuple[tuple[Part, int], ...] = (("test", -1), ("val", -1), ("train", 0))
    for part, place in wanted:
        if part not in whose.values() and len(people) >= len(PARTS):
            sizes = Counter(whose.values())
            whose[[person for person in by_hash if sizes[whose[person]] > 1][place]] = part
    return whose
