"""What is measured on: a drawn learner who talks without a pause, taken through the corridor once and kept, hop by hop.

Every hop has a face, a voice and at least one new word, so that no part has an easy life.
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
    """The frames that were looked at, and the window that was cut."""

    frames: tuple[VideoFrame, ...]
    window: Window


class ScriptedWords:
    """Gives one word after another, as a recogniser in step would."""

    def __init__(self) -> None:
        self.problem = ""
        self._said = 0

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """The words that end up to `end_s`."""
        words = SENTENCE.split()
        while (word_end_s := (self._said + 1) * WORD_S) <= end_s:
            text = words[self._said % len(words)]
            self._said += 1
            yield RecognizedWords([Word(text, word_end_s - WORD_S, word_end_s)], [], word_end_s)

    def rest(self) -> Iterator[RecognizedWords]:
        """Nothing: the talk is over."""
        return iter(())


class InputRecording:
    """Stands before the face finder and the features, and keeps what is given to them."""

    def __init__(self, finder: Finder, features: Preparer) -> None:
        self._finder, self._features = finder, features
        self._frames: list[VideoFrame] = []
        self.hops: list[RecordedHop] = []

    def look(self, frame: VideoFrame) -> Sighting:
        """Pass a frame on."""
        self._frames.append(frame)
        return self._finder.look(frame)

    def prepare(self, window: Window) -> StepInputs:
        """Pass a window on; the frames since the one before are its own."""
        self.hops.append(RecordedHop(tuple(self._frames), window))
        self._frames.clear()
        return self._features.prepare(window)

    def reset(self) -> None:
        """Forget the face."""
        self._finder.reset()


def record(
    model: StepModel, features: Preparer, finder: Finder, window: WindowSettings, seconds: float
) -> list[RecordedHop]:
    """The hops of `seconds` of the drawn learner."""
    from core.synthetic.source import SyntheticSource

    keeping = InputRecording(finder, features)
    session = Session(model, keeping, keeping, window)
    for _ in estimates(SyntheticSource(seed=0, paced=False, duration_s=seconds), session, ScriptedWords()):
        pass
    return keeping.hops
