"""Prepares a corpus: reads, relabels and splits it, and runs its clips through the live pipeline."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError
from core.model.checkpoint import Checkpoint
from core.training.corpora import recorders
from core.training.corpora.catalogue import read_corpus
from core.training.corpora.clip import PARTS, Part, left_out_sentence
from core.training.corpora.person_splits import ClipsByPart, split_by_person
from core.training.corpora.record import UNREADABLE, recorded
from core.training.corpora.relabel import LabelledClip, missing_states, read_table, relabelled
from core.training.corpora.steps import PIECE_STEPS, LabelledHops, stretches
from core.training.distributed import processes
from core.training.pack.data import Progress
from core.training.pack.labels import CLASSES


@dataclass(frozen=True, slots=True)
class PreparedCorpus:
    """A corpus by part, the description of the split, and what was left out."""

    corpus: str
    clips: ClipsByPart
    how: str
    left_out: Counter[str]

    @property
    def every(self) -> list[LabelledClip]:
        """The clips of all parts."""
        return [entry for part in PARTS for entry in self.clips[part]]

    def fingerprint(self) -> str:
        """Digest of the clips, their states and their parts."""
        rows = [(part, entry.clip.id, entry.target) for part in PARTS for entry in self.clips[part]]
        return hashlib.sha256(json.dumps([self.corpus, rows]).encode()).hexdigest()

    def counts(self) -> dict[str, dict[str, int]]:
        """Number of clips by part and class."""
        return {
            part: {name: sum(entry.target == place for entry in entries) for place, name in enumerate(CLASSES)}
            for part, entries in self.clips.items()
        }

    def people(self) -> dict[str, int]:
        """Number of people in each part."""
        return {part: len({entry.clip.identity for entry in entries}) for part, entries in self.clips.items()}

    def notes(self) -> list[str]:
        """Notes on the data for the user, one sentence each."""
        missing = missing_states(self.every)
        people = ", ".join(f"{count} {part}" for part, count in self.people().items())
        notes = [
            f"{len(self.every)} clips of {self.corpus}, {self.how}; people: {people}.",
            left_out_sentence(self.left_out),
        ]
        notes.append(f"No clip shows {', '.join(missing)}: it cannot be trained." if missing else "")
        return [sentence for sentence in notes if sentence]


def prepare(corpus: str, data: Path, relabel: Path | None) -> PreparedCorpus:
    """Reads, relabels and splits a corpus. Raises `DataError`."""
    kept, left_out = relabelled(read_corpus(corpus, data), read_table(relabel))
    clips, how = split_by_person(corpus, kept)
    shown = {entry.target for entry in clips["train"]}
    if len(shown) < 2:
        raise DataError(
            f"The training part of {corpus} shows only {CLASSES[shown.pop()]}; at least two classes are needed to "
            "learn from. Say what more labels mean with --relabel TABLE.csv (columns label,state)."
        )
    return PreparedCorpus(corpus, clips, how, left_out)


def vectors_of(
    prepared: PreparedCorpus, checkpoint: Checkpoint, cache: Path, parts: tuple[Part, ...], progress: Progress
) -> dict[Part, list[LabelledHops]]:
    """Pieces of the parts' clips with the encoder vectors of a checkpoint. Raises `DataError` for an empty part."""
    device = processes().device.type
    found = recorded_parts(prepared, recorders.vectors(checkpoint, cache, device), parts, progress)
    checkpoint.network.to("cpu")
    return found


def recorded_parts(
    prepared: PreparedCorpus,
    recorder: recorders.ClipRecorder,
    parts: tuple[Part, ...],
    progress: Progress,
    piece_steps: int = PIECE_STEPS,
) -> dict[Part, list[LabelledHops]]:
    """Pieces of the recorded clips by part; counts unreadable ones. Raises `DataError` for an empty part."""
    clips = [entry.clip for part in parts for entry in prepared.clips[part]]
    paths = recorded(prepared.corpus, clips, recorder, progress)
    prepared.left_out[UNREADABLE] = max(prepared.left_out[UNREADABLE], len(clips) - len(paths))
    found = {part: stretches(prepared.clips[part], paths, piece_steps) for part in parts}
    empty = [part for part, pieces in found.items() if not pieces]
    if empty:
        raise DataError(f"No clip of {' and '.join(empty)} in {prepared.corpus} can be read. Complete the copy.")
    return found
