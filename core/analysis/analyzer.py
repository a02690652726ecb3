"""Analyses recordings one by one, each in a new session, into a CSV file, a Parquet file and a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter

from core.analysis.picture import draw
from core.analysis.summary import sentence
from core.analysis.transcript import GivenTranscript, write_words
from core.analysis.words_ahead import WordsAhead
from core.atomic_files import replace_file
from core.capture.file import FileSource
from core.errors import SpeechError
from core.export.clip_table import Provenance, clip_table
from core.export.subtitles import SUBTITLE_KINDS, write_subtitles
from core.export.table import write_csv, write_parquet
from core.features.face import GLANCE_S
from core.session.factories import open_finder, open_model, open_recognizer
from core.session.lips_log import LipsLog
from core.session.offline import InStepRecognizer, estimates
from core.session.protocols import Finder, LoadedModel, Preparer
from core.session.session import Session
from core.settings import Settings
from core.speech.languages import unused_words
from core.speech.listener import RecognizedWords
from core.types import Estimate, Word

AHEAD_FROM_S = 15.0
"""A shorter recording is not worth a separate process for its words."""

DOUBTED_EVERY = 100
"""Steps from one marking of doubtful words to the next: the log of still lips holds several times as many."""

Progress = Callable[[Path, float], None]
"""Called with the current recording and the share of it that is done."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """One analysed recording: the written files, the time it took, and a sentence for the user.

    `words_files`: the recognised words as a table and as subtitles; none where no words were recognised.
    """

    path: Path
    csv: Path
    parquet: Path
    picture: Path
    words_files: tuple[Path, ...]
    steps: int
    duration_s: float
    took_s: float
    summary: str


@dataclass(frozen=True, slots=True)
class RecordingResult:
    """A recording's estimates, one per hop, its final words and their recogniser, and warnings."""

    made: list[Estimate]
    words: list[Word]
    recognizer: str
    warnings: tuple[str, ...]


@dataclass(slots=True)
class WordCollector:
    """Passes on recognised words and collects the final ones.

    `problem`: why there is no recogniser. `note`: why it is not the best one.
    """

    words: InStepRecognizer | WordsAhead | GivenTranscript | None = None
    name: str = ""
    problem: str = ""
    note: str = ""
    final: list[Word] = field(default_factory=list)

    @property
    def language(self) -> str | None:
        """Language of the words; None where there are none, or where it was not given."""
        return self.words.language if self.words else None

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Results up to `end_s`."""
        return self._collect(self.words.until(end_s) if self.words else ())

    def rest(self) -> Iterator[RecognizedWords]:
        """All remaining results."""
        return self._collect(self.words.rest() if self.words else ())

    def mark_doubtful(self, lips: LipsLog) -> None:
        """Mark the words that were said while the lips were still, as far as the log goes back."""
        self.final = list(lips.doubted(self.final))

    def close(self) -> None:
        """Release the recogniser."""
        if self.words:
            self.words.close()

    def _collect(self, results: Iterable[RecognizedWords]) -> Iterator[RecognizedWords]:
        for recognized in results:
            self.final += recognized.final
            yield recognized


class Analyzer:
    """Opens model and face finder once, after the first recording has proved readable.

    A new session for each recording resets them, and its samples are counted from 0: the recogniser's blocks, and so
    the words that it finds, must not depend on earlier recordings.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings, self._progress = settings, progress

    @cached_property
    def _opened(self) -> tuple[LoadedModel, Preparer, Finder]:
        return *open_model(self._settings.model), open_finder()

    def analyze(self, file: Path, target: Path, given: GivenTranscript | None = None) -> Analysed:
        """Write `target`.csv, .parquet and .png, and the recognised words, if any, as a table and as subtitles.

        Words that are `given` are not written.

        Raises `CaptureError` if the recording cannot be read, `MonitorError` if a result cannot be written.
        """
        began_s = perf_counter()
        played = self.play(file, given)
        took_s = perf_counter() - began_s
        hop_s = self._settings.window.hop_s
        model = self._opened[0]
        provenance = Provenance(file.name, model.profile, model.sha256, played.recognizer, hop_s)
        summary = " ".join(filter(None, (sentence(played.made, played.words, hop_s), *played.warnings)))
        paths = _write(played, provenance, target)
        words_files = _write_words(played.words, target) if played.words and given is None else ()
        return Analysed(file, *paths, words_files, len(played.made), len(played.made) * hop_s, took_s, summary)

    def play(self, file: Path, given: GivenTranscript | None = None, finder: Finder | None = None) -> RecordingResult:
        """Run a recording through a new session; `given` words replace the recogniser.

        `finder` replaces the real face finder. Raises `CaptureError` if the recording cannot be read.
        """
        width_px = self._settings.capture.frame_width_px
        source = FileSource(file, paced=False, frame_width_px=width_px, picture_every_s=GLANCE_S)
        source.open(lambda: 0.0)  # finds out what it holds, or fails, before the model is opened
        source.close()
        model, features, real_finder = self._opened
        session = Session(model, features, finder or real_finder, self._settings.window)
        with closing(self._listen(file, source, session, given)) as listening:
            played = estimates(source, session, listening if listening.words else None)
            made: list[Estimate] = []
            for estimate in self._with_progress(played, file, source.duration_s):
                made.append(estimate)
                if len(made) % DOUBTED_EVERY == 0:
                    listening.mark_doubtful(session.intake.lips)
            listening.mark_doubtful(session.intake.lips)
        unused = unused_words(listening.language, features.languages)
        warnings = (source.status().message, listening.note, unused, listening.problem)
        return RecordingResult(made, listening.final, listening.name, warnings)

    def _listen(self, file: Path, source: FileSource, session: Session, given: GivenTranscript | None) -> WordCollector:
        if given is not None:
            return WordCollector(given, given.name)
        if not source.has_audio or self._settings.speech.recognizer == "off":
            return WordCollector()
        try:
            return self._open_words(file, source, session)
        except SpeechError as error:
            return WordCollector(problem=str(error))

    def _open_words(self, file: Path, source: FileSource, session: Session) -> WordCollector:
        speech = self._settings.speech
        if source.duration_s >= AHEAD_FROM_S:
            ahead = WordsAhead(file, speech)
            return WordCollector(ahead, ahead.name, note=ahead.note)
        notes: list[str] = []
        recognizer = open_recognizer(speech, notes.append)
        return WordCollector(InStepRecognizer(recognizer, session), recognizer.name, note=" ".join(notes))

    def _with_progress(self, made: Iterable[Estimate], file: Path, duration_s: float) -> Iterator[Estimate]:
        for estimate in made:
            self._progress(file, min(estimate.t_s / duration_s, 1.0) if duration_s else 0.0)
            yield estimate
        self._progress(file, 1.0)


def _write(played: RecordingResult, provenance: Provenance, target: Path) -> tuple[Path, Path, Path]:
    csv, parquet, picture = (target.with_name(f"{target.name}.{ending}") for ending in ("csv", "parquet", "png"))
    table = clip_table(played.made)
    replace_file(csv, lambda fresh: write_csv(table.with_constants(provenance.columns()), fresh))
    replace_file(parquet, lambda fresh: write_parquet(table, provenance.as_text(), fresh))
    replace_file(picture, lambda fresh: draw(played.made, played.words, provenance, fresh))
    return csv, parquet, picture


def _write_words(words: list[Word], target: Path) -> tuple[Path, ...]:
    table, *subtitles = (target.with_name(f"{target.name}-words.{ending}") for ending in ("csv", *SUBTITLE_KINDS))
    replace_file(table, lambda fresh: write_words(words, fresh))
    for kind, file in zip(SUBTITLE_KINDS, subtitles, strict=True):
        replace_file(file, partial(write_subtitles, words, kind))
    return table, *subtitles
