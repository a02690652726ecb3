"""The synthetic learner's episodes: a semi-Markov chain of moods, with times of absence, from one seed.

An episode lasts 8 to 14 s. The mood is what the drawing and the sentences *play*; it is not a training label.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOODS = ("Confused", "Curious", "Bored", "Frustrated", "Neutral")
FOLLOWS = {
    "Neutral": (0.3, 0.4, 0.2, 0.1, 0.0),
    "Curious": (0.45, 0.0, 0.1, 0.1, 0.35),
    "Confused": (0.0, 0.35, 0.1, 0.45, 0.1),
    "Frustrated": (0.3, 0.15, 0.3, 0.0, 0.25),
    "Bored": (0.15, 0.35, 0.0, 0.2, 0.3),
}
"""From one mood to the next, in the order of `MOODS`."""
REPEAT = 0.2
SHORTEST_S, LONGEST_S = 8.0, 14.0
AWAY_SHARE = 0.22
"""Share of episodes that begin with the learner out of the picture."""
AWAY_S = (2.5, 4.5)


@dataclass(frozen=True, slots=True)
class MoodEpisode:
    """One mood from `start_s` to `end_s`; the learner is away until `back_s` (= `start_s` when not away)."""

    number: int
    mood: str
    start_s: float
    end_s: float
    back_s: float


class MoodSchedule:
    """Endless episodes, generated on demand; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 2])
        self._episodes = [MoodEpisode(0, "Curious", 0.0, 11.0, 0.0)]
        self._starts = [0.0]

    def at(self, t_s: float) -> MoodEpisode:
        """The episode of time `t_s` (from 0 on)."""
        while self._episodes[-1].end_s <= t_s:
            self._append()
        return self._episodes[bisect_right(self._starts, t_s) - 1]

    def _chances(self, last: MoodEpisode) -> NDArray[np.float64]:
        """A recent mood is less likely, so that a minute or two shows them all."""
        lately = [episode.mood for episode in self._episodes[-4:]]
        weights = np.array(FOLLOWS[last.mood]) * [REPEAT ** lately.count(mood) for mood in MOODS]
        chances: NDArray[np.float64] = weights / weights.sum()
        return chances

    def _append(self) -> None:
        last = self._episodes[-1]
        mood = str(self._rng.choice(MOODS, p=self._chances(last)))
        length_s = float(self._rng.uniform(SHORTEST_S, LONGEST_S))
        away_s = float(self._rng.uniform(*AWAY_S)) if self._rng.random() < AWAY_SHARE else 0.0
        start_s = last.end_s
        self._episodes.append(MoodEpisode(last.number + 1, mood, start_s, start_s + length_s, start_s + away_s))
        self._starts.append(start_s)
