"""An observer that keeps everything in lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.session_observer import SessionFacts
from core.types import Chunk, Correction, Entry, Estimate, Word


class SmallObserver:
    def __init__(self) -> None:
        self.facts: SessionFacts | None = None
        self.estimates: list[Estimate] = []
        self.kept: list[Word] = []
        self.corrections: list[Correction] = []
        self.entries: list[Entry] = []
        self.chunks: list[Chunk] = []
        self.reports: list[Mapping[str, Any]] = []

    def begin(self, facts: SessionFacts) -> None:
        assert not self.estimates
        self.facts = facts

    def step(self, estimate: Estimate) -> None:
        self.estimates.append(estimate)

    def words(self, final: Sequence[Word]) -> None:
        self.kept.extend(final)

    def correction(self, made: Correction) -> None:
        self.corrections.append(made)

    def entry(self, entry: Entry) -> None:
        self.entries.append(entry)

    def chunk(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)

    def end(self, report: Mapping[str, Any]) -> list[str]:
        self.reports.append(report)
        return []
