import numpy as np

from core.loudspeaker.linear_filter import BLOCK, LinearFilter
from core.types import SAMPLE_RATE_HZ, Samples


def noise(seed: int, seconds: float) -> Samples:
    size = round(seconds * SAMPLE_RATE_HZ) // BLOCK * BLOCK
    return (0.1 * np.random.default_rng(seed).standard_normal(size)).astype(np.float32)


def echo(played: Samples) -> Samples:
    response = np.random.default_rng(3).standard_normal(2000) * np.exp(-np.arange(2000) / 300)
    return (0.1 * np.convolve(played, response)[: played.size]).astype(np.float32)


def level_db(sound: Samples) -> float:
    return float(10 * np.log10(np.square(sound[sound.size // 2 :]).mean()))


def test_an_echo_is_removed_and_other_sound_is_not() -> None:
    played, spoken = noise(1, 6.0), noise(2, 6.0)
    heard = echo(played)
    assert level_db(LinearFilter().subtract(heard, played)) < level_db(heard) - 20
    left = LinearFilter().subtract(heard + spoken, played)
    assert level_db(left - spoken) < level_db(heard) - 6


def test_unrelated_sound_stays_as_it_is() -> None:
    played, spoken = noise(1, 4.0), noise(2, 4.0)
    left = LinearFilter().subtract(spoken, played)
    assert level_db(left - spoken) < level_db(spoken) - 10


def test_extremes_give_numbers() -> None:
    for level in (0.0, 1.0):
        constant = np.full(100 * BLOCK, level, dtype=np.float32)
        assert np.isfinite(LinearFilter().subtract(constant, constant)).all()
