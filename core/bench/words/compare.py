"""Measures every installed recogniser of a language on the same clips, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from core.bench.words.clips import SpokenClip, read_clips
from core.bench.words.conditions import AS_RECORDED, CONDITIONS, NOT_SPEECH
from core.bench.words.measure import Measured, serve
from core.bench.words.result import WordBench
from core.errors import SpeechError
from core.speech.select_recognizer import WordModel, available
from core.speech.worker_process import WorkerProcess

LANGUAGE = "en"
Progress = Callable[[str, float], None]


def compare(folder: Path, simulated: bool, progress: Progress = lambda _name, _share: None) -> WordBench:
    """Measures on the clips of a folder; `simulated` adds noise, rooms, a telephone, and sounds without words.

    Raises `CaptureError` if the folder has no clips, `SpeechError` if no recogniser is installed or one fails.
    """
    clips = read_clips(folder)
    models = [model for model in available() if model.language == LANGUAGE]
    if not models:
        raise SpeechError("No English word recogniser is installed. Run 'pip install moonshine-voice'.")
    conditions = (*CONDITIONS, NOT_SPEECH) if simulated else (AS_RECORDED,)
    return WordBench([_measured(model, clips, conditions, progress) for model in models])


def _measured(model: WordModel, clips: Sequence[SpokenClip], conditions: Sequence[str], progress: Progress) -> Measured:
    """Measures in a process of its own, so that nothing that another recogniser loaded counts."""
    with closing(WorkerProcess("word bench", serve, model, clips, conditions)) as child:
        while not isinstance(answer := child.receive(), Measured):
            progress(model.name, float(answer))
    return answer
