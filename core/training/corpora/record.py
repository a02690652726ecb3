"""Runs each clip through the live pipeline once and stores the recorded arrays.

Every clip has its own file, named after everything that its content depends on, so that an interrupted run resumes and
a changed encoder starts again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

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
from core.training.corpora.transcript_words import SpreadWords
from core.training.distributed import processes
from core.training.pack.data import Progress

UNREADABLE = "whose media cannot be read"
_SPEECH = SpeechSettings()


def recorded(corpus: str, clips: list[Clip], recorder: ClipRecorder, progress: Progress) -> dict[str, Path]:
    """Returns the file of every readable clip by its id, making missing ones.

    With several processes each makes its share. Clips whose media cannot be read have no file.
    """
    here = processes()
    paths = {clip.id: _path(recorder, corpus, clip) for clip in clips}
    mine = [clip for clip in clips if not paths[clip.id].exists()][here.process_index :: here.num_processes]
    here.wait_for_everyone()  # all must have checked before any writes
    finder = open_finder() if mine else None
    for place, clip in enumerate(mine):
        assert finder is not None
        arrays = _played(clip, Session(recorder.model, recorder.features, finder, recorder.window), recorder)
        if arrays is not None:
            _keep(paths[clip.id], arrays)
        if here.is_main_process:
            progress(f"{recorder.kind} of {corpus}", place + 1, len(mine))
    here.wait_for_everyone()
    return {name: path for name, path in paths.items() if path.exists()}


def _keep(path: Path, arrays: Arrays) -> None:
    replace_file(path, lambda fresh: np.savez(fresh, allow_pickle=False, **arrays), DataError)


def _played(clip: Clip, session: Session, recorder: ClipRecorder) -> Arrays | None:
    """Runs a clip and returns its arrays; None if it cannot be read."""
    recorder.reset()
    source = ClipSource(clip)
    try:
        with closing(_listening(clip, session)) as listening:
            hops = sum(1 for _ in estimates(source, session, listening.words))
    except CaptureError:
        return None
    return recorder.arrays() if hops else None


@dataclass(frozen=True, eq=False)
class _Listening:
    words: WordSource | None
    close: Callable[[], None]


def _listening(clip: Clip, session: Session) -> _Listening:
    """Opens the source of a clip's words: its transcript, else the recogniser if there is usable sound."""
    if clip.words is not None:
        return _Listening(SpreadWords(clip.words, _length_s(clip)), lambda: None)
    if clip.silent or _hearer() is None:
        return _Listening(None, lambda: None)
    words = InStepRecognizer(open_recognizer(_SPEECH), session)
    return _Listening(words, words.close)


def _hearer() -> WordModel | None:
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
    hearer = None if clip.silent or clip.words is not None else _hearer()
    words = (clip.words, hearer and (hearer.recognizer, hearer.name))
    parts = (clip.id, clip.media.name, sizes, clip.start_s, clip.end_s, clip.side, clip.silent, words)
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
    return recorder.folder / corpus / f"{re.sub(r'[^A-Za-z0-9_-]+', '_', clip.id)[:60]}-{digest}.npz"
