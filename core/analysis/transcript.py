"""Words from a transcript file instead of a recogniser.

Subtitles (WebVTT, SubRip) give a time to each line of text; it is divided among the words by their length. A table with
the columns `word`, `start_s`, `end_s` (and optionally `confidence`) gives each word its own time; `analyze` writes one
beside its results. In the table of words of a stored session,
`corrected_text` counts.
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path

from core.errors import SpeechError
from core.export.subtitles import SRT_FORMS, divide
from core.speech.listener import RecognizedWords
from core.types import Word

SUBTITLES = (".vtt", ".srt")
TABLE = ".csv"
COLUMNS = ("word", "start_s", "end_s", "confidence", "doubt")
"""Of the table that is written; the first three are needed to read one, and the doubt is not read."""
CORRECTED = "corrected_text"
"""In tables of stored sessions, the text that counts beside the recognised `word`; empty: not said."""
_STYLES = re.compile(r"\{\\[^}]*\}|\\N")
"""Styles and line breaks in the library's format."""
_FROM_SRT = str.maketrans({form: plain for plain, form in SRT_FORMS.items()})


class GivenTranscript:
    """Returns words as a recogniser would: each once it has been spoken.

    `language` is a two-letter code; without one, the words count as those of a language that the model knows.
    """

    def __init__(self, path: Path, words: Sequence[Word], language: str | None = None) -> None:
        self.name = f"transcript {path.name}"
        self.problem = ""
        self.language = language
        self._words = sorted(words, key=lambda word: word.end_s)
        self._given = 0

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Words not returned yet that end up to `end_s`."""
        while self._given < len(self._words) and self._words[self._given].end_s <= end_s:
            word = self._words[self._given]
            self._given += 1
            yield RecognizedWords([word], [], word.end_s)

    def rest(self) -> Iterator[RecognizedWords]:
        """The remaining words."""
        return self.until(float("inf"))

    def close(self) -> None:
        """Nothing to release."""


def read_words(path: Path) -> list[Word]:
    """The words of a transcript. Raises `SpeechError` for a file that is not one."""
    ending = path.suffix.lower()
    if ending not in (*SUBTITLES, TABLE):
        raise SpeechError(f"{path} cannot be read as a transcript. Use WebVTT (.vtt), SubRip (.srt) or a .csv table.")
    try:
        words = _table(path) if ending == TABLE else _subtitles(path)
    except UnicodeDecodeError as error:
        raise SpeechError(f"{path} is not in UTF-8. Save it as UTF-8 text.") from error
    except OSError as error:
        raise SpeechError(f"{path} cannot be read ({error.strerror}). Check the name and its permissions.") from error
    if not words:
        raise SpeechError(f"{path} holds no words. Check that it is a transcript.")
    return words


def write_words(words: Sequence[Word], path: Path) -> None:
    """Write words as a table that `read_words` reads."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(COLUMNS)
        for word in words:
            doubt = word.doubt.value if word.doubt else ""
            table.writerow((word.text, word.start_s, word.end_s, word.confidence, doubt))


def _table(path: Path) -> list[Word]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        try:
            table = csv.DictReader(lines)
            lacking = [name for name in COLUMNS[:3] if name not in (table.fieldnames or ())]
            if lacking:
                raise SpeechError(f"{path} has no column {', '.join(lacking)}. It needs {', '.join(COLUMNS[:3])}.")
            rows = enumerate(table, start=2)
            return [_word(path, number, row) for number, row in rows if row.get(CORRECTED) != ""]
        except csv.Error as error:
            raise SpeechError(f"{path} is not a table ({error}). Save it as comma-separated text.") from error


def _word(path: Path, number: int, row: dict[str, str | None]) -> Word:
    try:
        text = (row.get(CORRECTED) or row["word"] or "").strip()
        times = [float(row[name] or "") for name in ("start_s", "end_s")]
        confidence = float(row.get("confidence") or 1.0)
    except ValueError as error:
        raise SpeechError(f"{path}, line {number}: a time is not a number ({error}). Times are seconds.") from error
    if not text or not all(map(isfinite, times)) or not 0.0 <= times[0] <= times[1] or not 0.0 <= confidence <= 1.0:
        raise SpeechError(
            f"{path}, line {number} is not a word with 0 <= start_s <= end_s. Correct or delete that line."
        )
    return Word(text, times[0], times[1], confidence)


def _subtitles(path: Path) -> list[Word]:
    from pysubs2 import Pysubs2Error, SSAFile

    text = path.read_text(encoding="utf-8-sig")
    try:
        lines = SSAFile.from_string(text, format_=path.suffix.lower().removeprefix("."))
    except (Pysubs2Error, ValueError) as error:
        raise SpeechError(f"{path} cannot be read as subtitles ({error}). Save it as WebVTT or SubRip.") from error
    plain = html.unescape if path.suffix.lower() == ".vtt" else _ascii
    spoken = [line for line in lines if not line.is_comment and line.end >= line.start >= 0]
    return [
        word for line in spoken for word in divide(plain(_STYLES.sub(" ", line.text)), line.start / 1e3, line.end / 1e3)
    ]


def _ascii(text: str) -> str:
    return text.translate(_FROM_SRT)
