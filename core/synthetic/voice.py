"""The synthetic learner's voice: short spoken sentences that express the mood, pauses, and room noise.

The sentences are spoken by a speech synthesiser when the program is made (`packaging/make_demo_voice.py`) and shipped
as small sound files; which one comes when follows from the seed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core import paths
from core.capture.media import open_sound
from core.errors import CaptureError
from core.synthetic.schedule import MoodEpisode, MoodSchedule
from core.types import SAMPLE_RATE_HZ, Samples

FIRST_WORD_S = 1.4
"""Pause after an episode's start or the learner's return."""
PAUSE_S = (1.3, 3.0)
ROOM_DBFS = -58.0
ROOM_LOOP_S = 7.3
MOUTH_S = 0.06
LOUD = 0.09
"""Loudness (RMS) at which the mouth is wide open."""


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """One spoken sentence."""

    mood: str
    text: str
    samples: Samples


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """A sentence and the absolute index of its first sample."""

    first: int
    sentence: Sentence

    @property
    def last(self) -> int:
        """Absolute index one past its last sample."""
        return self.first + self.sentence.samples.size


def load_sentences(folder: Path | None = None) -> list[Sentence]:
    """The shipped sentences. Raises `CaptureError` if they are missing."""
    place = folder or paths.assets() / "demo"
    try:
        table = json.loads((place / "voice.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CaptureError(f"The demo's voice cannot be read ({error}). Install the program again.") from error
    return [Sentence(row["mood"], row["text"], _samples(place / row["file"])) for row in table]


class SyntheticVoice:
    """The sound of one learner, addressed by absolute sample index, the same for the same seed."""

    def __init__(self, seed: int, schedule: MoodSchedule, sentences: list[Sentence]) -> None:
        rng = np.random.default_rng([seed, 4])
        noise = np.convolve(rng.normal(0, 1, round(ROOM_LOOP_S * SAMPLE_RATE_HZ)), np.ones(6) / 6, "same")
        self._room = (noise / noise.std() * 10 ** (ROOM_DBFS / 20)).astype(np.float32)
        self._seed = seed
        self._schedule = schedule
        self._sentences = sentences
        self._episode: MoodEpisode | None = None
        self._spoken: list[Utterance] = []

    def samples(self, first: int, count: int) -> Samples:
        """Sound from absolute index `first` on, (count,) float32."""
        sound: Samples = self._room[np.arange(first, first + count) % self._room.size]
        for utterance in self.utterances(first / SAMPLE_RATE_HZ) + self.utterances((first + count) / SAMPLE_RATE_HZ):
            start, stop = max(utterance.first, first), min(utterance.last, first + count)
            if stop > start:
                part = utterance.sentence.samples[start - utterance.first : stop - utterance.first]
                sound[start - first : stop - first] = part + self._room[np.arange(start, stop) % self._room.size]
        return sound

    def loudness(self, t_s: float) -> float:
        """Mouth opening at `t_s`, 0 to 1."""
        half = round(MOUTH_S / 2 * SAMPLE_RATE_HZ)
        middle = round(t_s * SAMPLE_RATE_HZ)
        around = self.samples(max(middle - half, 0), 2 * half)
        return float(np.clip((np.sqrt(np.mean(around**2)) - 0.01) / LOUD, 0, 1))

    def utterances(self, t_s: float) -> list[Utterance]:
        """The sentences of the episode of `t_s`; none continues after its end."""
        episode = self._schedule.at(t_s)
        if episode != self._episode:
            self._episode, self._spoken = episode, self._speak(episode)
        return self._spoken

    def _speak(self, episode: MoodEpisode) -> list[Utterance]:
        rng = np.random.default_rng([self._seed, 5, episode.number])
        choice = [sentence for sentence in self._sentences if sentence.mood == episode.mood]
        spoken, t_s = [], episode.back_s + FIRST_WORD_S
        for place in rng.permutation(len(choice)):
            sentence = choice[place]
            if t_s + sentence.samples.size / SAMPLE_RATE_HZ > episode.end_s - 0.3:
                break
            spoken.append(Utterance(round(t_s * SAMPLE_RATE_HZ), sentence))
            t_s += sentence.samples.size / SAMPLE_RATE_HZ + float(rng.uniform(*PAUSE_S))
        return spoken


def _samples(file: Path) -> Samples:
    track = open_sound(file)
    if track is None:
        raise CaptureError(f"{file} holds no sound. Install the program again.")
    try:
        blocks = [chunk.samples for chunk in track.chunks if not hasattr(chunk, "rgb")]
    finally:
        track.container.close()
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)
