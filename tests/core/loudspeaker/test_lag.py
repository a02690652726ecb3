import numpy as np
import pytest

from core.loudspeaker.lag import (
    COHERENT,
    LAG_MAX_S,
    LAG_MIN_S,
    SUPPORT,
    UNHEARD_AFTER,
    LagTracker,
    coherence,
    correlate,
)
from core.types import SAMPLE_RATE_HZ, Samples


def noise(seed: int, seconds: float) -> Samples:
    return np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


@pytest.mark.parametrize("lag_s", [-0.04, 0.0, 0.1, 0.3])
def test_the_lag_of_an_echo_is_found(lag_s: float) -> None:
    played = noise(1, 3.0)
    begin, end = 1.5, 2.5
    microphone = played[round((begin - lag_s) * SAMPLE_RATE_HZ) : round((end - lag_s) * SAMPLE_RATE_HZ)]
    reference = played[round((begin - LAG_MAX_S) * SAMPLE_RATE_HZ) : round((end - LAG_MIN_S) * SAMPLE_RATE_HZ)]
    peak = correlate(microphone + 0.5 * noise(2, 1.0), reference)
    assert peak.lag_s == pytest.approx(lag_s, abs=1e-3)
    assert peak.height > 30


def test_coherence_is_the_explained_share() -> None:
    played, other = noise(1, 1.0), noise(2, 1.0)
    assert coherence(played, played) == pytest.approx(1.0, abs=1e-3)
    assert coherence(0.5 * played, played) == pytest.approx(1.0, abs=1e-3)
    assert 0.3 < coherence(played + other, played) < 0.7
    assert coherence(other, played) < COHERENT
    assert coherence(np.zeros_like(played), played) == 0.0


def test_a_lag_is_trusted_once_peaks_agree_and_forgotten_when_nothing_is_heard() -> None:
    tracker = LagTracker()
    for lag_s in (0.10, 0.21, 0.05):
        tracker.add(lag_s)
        assert tracker.lag_s is None
    for _ in range(SUPPORT):
        tracker.add(0.12)
    assert tracker.lag_s == pytest.approx(0.12)
    for _ in range(UNHEARD_AFTER - 1):
        tracker.add(None)
    assert tracker.lag_s is not None
    tracker.add(None)
    assert tracker.lag_s is None


def test_a_small_move_is_left_to_the_canceller() -> None:
    tracker = LagTracker()
    for lag_s in (0.100, 0.100, 0.104, 0.104):
        tracker.add(lag_s)
    assert tracker.lag_s == pytest.approx(0.100)
    for lag_s in (0.15, 0.15):
        tracker.add(lag_s)
    assert tracker.lag_s == pytest.approx(0.15)
