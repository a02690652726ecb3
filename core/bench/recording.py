"""The bench's input: the drawn learner talking without a pause, run through a session once and recorded hop by hop.

Every hop has a face, a voice and at least one new word, so that every part has work to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.session.offline import estimates
from core.session.protocols import Finder, Preparer, StepInputs, StepModel
from core.session.session import Session
from core.settings import WindowSettings
from core.speech.listener import RecognizedWords
from core.types import Sighting, VideoFrame, Window, Word

SENTENCE = "wait so the slope of this is zero but why does it not change sign i do not get what happens here"
WORD_S = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class RecordedHop:
    """The frames given to the face finder, and the window that was cut."""

    frames: tuple[VideoFrame, ...]
    window: Window


class ScriptedWords:
    """Yields scripted words one after another, like a recogniser that keeps up."""

    language = None

    def __init__(self) -> None:
        self.problem = ""
        self._said = 0

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Yields the words that end by `end_s`."""
        words = SENTENCE.split()
        while (word_end_s := (self._said + 1) * WORD_S) <= end_s:
            text = words[self._said % len(words)]
            self._said += 1
            yield RecognizedWords([Word(text, word_end_s - WORD_S, word_end_s)], [], word_end_s)

    def rest(self) -> Iterator[RecognizedWords]:
        """Yields nothing: there are no words after the end."""
        return iter(())


class InputRecording:
    """Records the inputs of a face finder and a feature pipeline while passing them on."""

    def __init__(self, finder: Finder, features: Preparer) -> None:
        self._finder, self._features = finder, features
        self._frames: list[VideoFrame] = []
        self.hops: list[RecordedHop] = []

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of the feature pipeline."""
        return self._features.languages

    def look(self, frame: VideoFrame) -> Sighting:
        """Records a frame and passes it on."""
        self._frames.append(frame)
        return self._finder.look(frame)

    def prepare(self, window: Window) -> StepInputs:
        """Records a window with the frames since the previous one, and passes it on."""
        self.hops.append(RecordedHop(tuple(self._frames), window))
        self._frames.clear()
        return self._features.prepare(window)

    def reset(self) -> None:
        """Resets the face finder."""
        self._finder.reset()


def record(
    model: StepModel, features: Preparer, finder: Finder, window: WindowSettings, seconds: float
) -> list[RecordedHop]:
    """Records `seconds` of the drawn learner, hop by hop."""
    from core.synthetic.source import SyntheticSource

    keeping = InputRecording(finder, features)
    session = Session(model, keeping, keeping, window)
    for _ in estimates(SyntheticSource(seed=0, paced=False, duration_s=seconds), session, ScriptedWords()):
        pass
    return keeping.hops
