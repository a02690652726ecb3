"""`edu-emotionnet analyze`: runs recordings through a session as fast as possible, into tables and pictures.

A bad file in a folder is reported and the others are analysed; a single bad file is an error.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from core.analysis.analyzer import Analysed, Analyzer, Progress
from core.analysis.transcript import GivenTranscript, read_words
from core.errors import CaptureError, SpeechError
from core.settings import Settings

VIDEO = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".wmv", ".flv", ".3gp", ".ts")
SOUND = (".wav", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wma")
MEDIA = frozenset((*VIDEO, *SOUND))
"""Endings of recordings in a folder; a single file may have any."""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """All recordings; `failed` holds those that could not be analysed, each with the reason."""

    analysed: list[Analysed]
    failed: list[tuple[Path, str]]


def analyze(
    path: Path,
    out: Path,
    settings: Settings,
    progress: Progress | None = None,
    transcript: Path | None = None,
    language: str | None = None,
) -> BatchOutcome:
    """Analyse a file, or every recording of a folder, into `out`. A `transcript` replaces the recogniser.

    `language` is the transcript's, as a two-letter code; None if it is one that the model knows.

    Raises `MonitorError` for a single bad file, a folder without recordings, a bad transcript or one for a folder, and
    a model that cannot be opened.
    """
    files = recordings(path)
    if transcript is not None and path.is_dir():
        raise SpeechError(f"{transcript} is the transcript of one recording, {path} is a folder. Name the recording.")
    given = GivenTranscript(transcript, read_words(transcript), language) if transcript else None
    analyzer = Analyzer(settings, progress or (lambda _file, _share: None))
    analysed: list[Analysed] = []
    failed: list[tuple[Path, str]] = []
    for file, name in zip(files, _names(files), strict=True):
        try:
            analysed.append(analyzer.analyze(file, out / name, given))
        except CaptureError as error:
            if not path.is_dir():
                raise
            failed.append((file, str(error)))
    return BatchOutcome(analysed, failed)


def recordings(path: Path) -> list[Path]:
    """The file itself, or the recordings in the folder, by name. Raises `CaptureError` for a folder without any."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in MEDIA and file.is_file())
    if not found:
        raise CaptureError(f"{path} holds no recordings. Name a folder with media files such as .mp4 or .wav.")
    return found


def _names(files: list[Path]) -> list[str]:
    """Names of the results: the file's without its ending, unless two are equal."""
    stems = Counter(file.stem for file in files)
    return [file.stem if stems[file.stem] == 1 else f"{file.stem}-{file.suffix[1:]}" for file in files]
