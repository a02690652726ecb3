"""Words as subtitles, WebVTT or SubRip: cut at pauses and at a length that can be read while it is spoken.

WebVTT has escapes (`&lt;`). SubRip has none, so that characters which players take for markup are written as their
full-width forms, which look the same. `core.analysis.transcript` reads both back as the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from pathlib import Path
from unicodedata import category

from core.types import Word

PAUSE_S = 0.7
"""A pause of this length begins a new subtitle."""
LONGEST_S, SHORTEST_S = 7.0, 1.0
"""A subtitle is shown no longer, and no shorter unless the next one follows."""
LINE_CHARACTERS, LINES = 42, 2
VTT_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;", "\\": "&#92;"}
"""The last three are markup of the library's own format."""
SRT_FORMS = {"<": "＜", ">": "＞", "{": "｛", "}": "｝", "\\": "＼"}
SUBTITLE_KINDS = ("vtt", "srt")
_FORMATS = {"vtt": str.maketrans(VTT_ESCAPES), "srt": str.maketrans(SRT_FORMS)}
_TIMESTAMP = re.compile(r"\d{2}:\d{2}[.,]\d{2,3}")


@dataclass(frozen=True, slots=True)
class Subtitle:
    """At most two lines of text, and when they are shown."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]


def write_subtitles(words: Iterable[Word], kind: str, file: Path) -> None:
    """Write words as "vtt" or "srt", in UTF-8."""
    from pysubs2 import SSAEvent, SSAFile

    made = SSAFile()
    for one in subtitles(words):
        text = r"\N".join(line.translate(_FORMATS[kind]) for line in one.lines)
        made.append(SSAEvent(start=round(1e3 * one.start_s), end=round(1e3 * one.end_s), text=text))
    file.write_text(made.to_string(kind, keep_ssa_tags=True), encoding="utf-8", newline="\n")


def subtitles(words: Iterable[Word]) -> list[Subtitle]:
    """The subtitles of these words, in the order of time."""
    groups = list(_groups(_single_words(words)))
    next_s = [*(group[0].start_s for group in groups[1:]), inf]
    return [
        Subtitle(group[0].start_s, _end_s(group, follows_s), _lines([word.text for word in group]))
        for group, follows_s in zip(groups, next_s, strict=True)
    ]


def divide(text: str, start_s: float, end_s: float) -> Iterator[Word]:
    """The words of a text; each gets a part of its time proportional to its number of letters."""
    words = text.split()
    total = sum(map(len, words))
    passed, bounds_s = 0, [start_s]
    for word in words:
        passed += len(word)
        bounds_s.append(start_s + (end_s - start_s) * passed / total)
    for word, (began_s, ended_s) in zip(words, pairwise(bounds_s), strict=True):
        yield Word(word, began_s, ended_s)


def _single_words(words: Iterable[Word]) -> list[Word]:
    """In the order of time; a word that was corrected to several becomes these."""
    ordered = sorted(words, key=lambda word: (word.start_s, word.end_s))
    return [one for word in ordered for one in divide(_printable(word.text), word.start_s, word.end_s)]


def _printable(text: str) -> str:
    """The text without control characters, which players and editors choke on; spaces and line breaks stay."""
    return "".join(letter for letter in text if letter.isspace() or category(letter) != "Cc")


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of each subtitle."""
    group: list[Word] = []
    for word in words:
        if group and not _continues(group, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _continues(group: Sequence[Word], word: Word) -> bool:
    return (
        word.start_s - group[-1].end_s < PAUSE_S
        and word.end_s - group[0].start_s <= LONGEST_S
        and _fit(_lines([*(one.text for one in group), word.text]))
    )


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts in one line where they fit, else broken where two lines differ least in length."""
    whole = " ".join(texts)
    breaks = [(" ".join(texts[:place]), " ".join(texts[place:])) for place in range(1, len(texts))]
    allowed = [pair for pair in breaks if not pair[1].isdecimal()]  # readers take it for the number of the next one
    if len(whole) <= LINE_CHARACTERS or not allowed:
        return (whole,)
    return min(allowed, key=lambda pair: abs(len(pair[0]) - len(pair[1])))


def _fit(lines: Sequence[str]) -> bool:
    """Whether the lines are short enough, and none looks like the line with a subtitle's times."""
    return len(lines) <= LINES and all(
        len(line) <= LINE_CHARACTERS and len(_TIMESTAMP.findall(line)) < 2 for line in lines
    )


def _end_s(group: Sequence[Word], follows_s: float) -> float:
    start_s = group[0].start_s
    end_s = min(max(group[-1].end_s, start_s + SHORTEST_S), start_s + LONGEST_S)
    return min(end_s, follows_s) if follows_s > start_s else end_s
