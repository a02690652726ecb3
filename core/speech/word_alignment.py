"""Aligns recognised words with the spoken ones at the fewest errors, which is what word error rates count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Errors of a recogniser, and the number of spoken words. Adds up over clips."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    spoken: int = 0

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
            self.spoken + other.spoken,
        )

    @property
    def rate(self) -> float | None:
        """Word error rate; None if no word was spoken."""
        errors = self.substitutions + self.deletions + self.insertions
        return errors / self.spoken if self.spoken else None


def align(spoken: Sequence[str], recognized: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Yields pairs of a spoken word and what was recognised in its place, in order; None for no word.

    With the fewest errors, and among those ways the one that keeps most words.
    """
    error = len(spoken) + 1  # more than all words that can be kept
    costs = _costs_to_the_end(spoken, recognized, error)
    i = j = 0
    while i < len(spoken) or j < len(recognized):
        both = i < len(spoken) and j < len(recognized)
        if both and costs[i][j] == costs[i + 1][j + 1] + (-1 if spoken[i] == recognized[j] else error):
            yield spoken[i], recognized[j]
            i, j = i + 1, j + 1
        elif i < len(spoken) and costs[i][j] == costs[i + 1][j] + error:
            yield spoken[i], None
            i += 1
        else:
            yield None, recognized[j]
            j += 1


def _costs_to_the_end(spoken: Sequence[str], recognized: Sequence[str], error: int) -> list[list[int]]:
    """Least cost from each pair of positions to the end (Wagner and Fischer); a kept word costs -1."""
    below = [error * left for left in range(len(recognized), -1, -1)]
    costs = [below]
    for i in range(len(spoken) - 1, -1, -1):
        row = [0] * len(recognized) + [error * (len(spoken) - i)]
        for j in range(len(recognized) - 1, -1, -1):
            both = below[j + 1] + (-1 if spoken[i] == recognized[j] else error)
            row[j] = min(both, below[j] + error, row[j + 1] + error)
        costs.append(row)
        below = row
    return costs[::-1]


def count_errors(spoken: Sequence[str], recognized: Sequence[str]) -> WordErrors:
    """Counts the errors between two texts."""
    pairs = list(align(spoken, recognized))
    lost = sum(instead is None for _, instead in pairs)
    extra = sum(word is None for word, _ in pairs)
    wrong = sum(word is not None and instead not in (None, word) for word, instead in pairs)
    return WordErrors(wrong, lost, extra, len(spoken))
