"""Runs each clip through the live pipeline once and stores the recorded arrays.

Every clip has its own file, named after everything that its content depends on, so that an interrupted run resumes and
a changed encoder starts again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.analysis.transcript import GivenTranscript
from core.atomic_files import replace_file
from core.capture.media import open_container
from core.errors import CaptureError, DataError, SpeechError
from core.session.factories import open_finder, open_recognizer
from core.session.offline import InStepRecognizer, WordSource, estimates
from core.session.session import Session
from core.settings import SpeechSettings
from core.speech.select_recognizer import WordModel, available, choose
from core.training.corpora.clip import Clip
from core.training.corpora.recorders import Arrays, ClipRecorder
from core.training.corpora.source import ClipSource
from core.training.corpora.transcript_words import spread_words
from core.training.distributed import processes
from core.training.pack.data import Progress

_logger = logging.getLogger(__name__)

UNREADABLE = "whose media cannot be read"
_SPEECH = SpeechSettings()


def recorded(corpus: str, clips: list[Clip], recorder: ClipRecorder, progress: Progress) -> dict[str, Path]:
    """Returns the file of every readable clip by its id, making missing ones.

    With several processes each makes its share. Clips whose media cannot be read have no file.
    """
    here = processes()
    paths = {clip.id: _path(recorder, corpus, clip) for clip in clips}
    missing = [clip for clip in clips if not paths[clip.id].exists()][here.process_index :: here.num_processes]
    here.wait_for_everyone()  # all must have checked before any writes
    finder = open_finder() if missing else None
    for place, clip in enumerate(missing):
        assert finder is not None
        arrays = _run_clip(clip, Session(recorder.model, recorder.features, finder, recorder.window), recorder)
        if arrays is not None:
            _store(paths[clip.id], arrays)
        if here.is_main_process:
            progress(f"{recorder.kind} of {corpus}", place + 1, len(missing))
    here.wait_for_everyone()
    return {name: path for name, path in paths.items() if path.exists()}


def _store(path: Path, arrays: Arrays) -> None:
    replace_file(path, lambda fresh: np.savez(fresh, allow_pickle=False, **arrays), DataError)


def _run_clip(clip: Clip, session: Session, recorder: ClipRecorder) -> Arrays | None:
    """Runs a clip and returns its arrays; None if it cannot be read."""
    recorder.reset()
    source = ClipSource(clip)
    try:
        with closing(_open_words(clip, session)) as clip_words:
            hops = sum(1 for _ in estimates(source, session, clip_words.words))
    except CaptureError:
        return None
    return recorder.arrays() if hops else None


@dataclass(frozen=True, eq=False)
class _ClipWords:
    words: WordSource | None
    close: Callable[[], None]


def _open_words(clip: Clip, session: Session) -> _ClipWords:
    """Opens the source of a clip's words: its transcript, else the recogniser if there is usable sound."""
    if clip.words is not None:
        return _ClipWords(GivenTranscript(clip.media, spread_words(clip.words, _length_s(clip))), lambda: None)
    if clip.silent or _recognizer() is None:
        return _ClipWords(None, lambda: None)
    words = InStepRecognizer(open_recognizer(_SPEECH, _logger.warning), session)
    return _ClipWords(words, words.close)


def _recognizer() -> WordModel | None:
    """The installed recogniser; None if there is none, and clips without a transcript then have no words."""
    try:
        return choose(_SPEECH, available())
    except SpeechError:
        return None


def _length_s(clip: Clip) -> float:
    if clip.end_s is not None:
        return clip.end_s - clip.start_s
    with closing(open_container(clip.audio or clip.media)) as container:
        return float(max((container.duration or 0) / 1e6 - (0.0 if clip.audio else clip.start_s), 0.5))


def _path(recorder: ClipRecorder, corpus: str, clip: Clip) -> Path:
    """A clip's file: a portable name, and a digest of everything that its content depends on."""
    sizes = [file.stat().st_size for file in (clip.media, clip.audio) if file is not None]
    recognizer_model = None if clip.silent or clip.words is not None else _recognizer()
    words = (clip.words, recognizer_model and (recognizer_model.recognizer, recognizer_model.name))
    parts = (clip.id, clip.media.name, sizes, clip.start_s, clip.end_s, clip.side, clip.silent, words)
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
    return recorder.folder / corpus / f"{re.sub(r'[^A-Za-z0-9_-]+', '_', clip.id)[:60]}-{digest}.npz"
