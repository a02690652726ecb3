"""The result of a sync test, as figures for a file and as sentences for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import SAMPLE_RATE_HZ

LEAST_FOUND = 3
"""Fewer than this, or than a third of all, could be chance."""
LIGHTER = "Point the camera at the screen or at a mirror, and dim the room."
LOUDER = "Turn the volume up, and unplug headphones."
_DRIFT_FROM = 5
_CLEAR_MS_A_MINUTE = 10.0
"""A drift with a wider confidence interval is not reported as one."""
_WILD_MS = 20.0
_FINEST_MS = 1000 / SAMPLE_RATE_HZ / 12**0.5
"""Lower bound of every error: the rounding to a sample."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Flashes or clicks: their number, and their delay after the emission; None if it cannot be measured.

    `jitter_ms`: median absolute deviation. `drift_ms_per_min`: growth of the delay per minute, with a 95 % interval of
    `drift_within_ms_per_min` either way.
    """

    emitted: int = 0
    found: int = 0
    offset_ms: float | None = None
    jitter_ms: float | None = None
    drift_ms_per_min: float | None = None
    drift_within_ms_per_min: float | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """`sound_minus_picture_ms` is positive if sound arrives after a picture of the same moment."""

    picture: Arrivals
    sound: Arrivals
    sound_minus_picture_ms: float | None
    sentences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def arrivals(emitted_s: Sequence[float], after_s: NDArray[np.float64]) -> Arrivals:
    """Figures from the delay of each emission, (N,) seconds, NaN where none was found."""
    there = np.isfinite(after_s)
    found = int(there.sum())
    if found < max(LEAST_FOUND, len(emitted_s) / 3):
        return Arrivals(len(emitted_s), found)
    delays_ms = 1000 * after_s[there]
    offset_ms = float(np.median(delays_ms))
    jitter_ms = float(np.median(np.abs(delays_ms - offset_ms)))
    drift = _drift(np.asarray(emitted_s)[there] / 60, delays_ms) if found >= _DRIFT_FROM else (None, None)
    return Arrivals(len(emitted_s), found, offset_ms, jitter_ms, *drift)


def _drift(at_min: NDArray[np.float64], delays_ms: NDArray[np.float64]) -> tuple[float, float]:
    """Slope of the line through the delays, and half its 95 % interval; outliers are excluded."""
    from scipy.special import stdtrit

    first, second = np.triu_indices(at_min.size, 1)
    slope = float(np.median((delays_ms[second] - delays_ms[first]) / (at_min[second] - at_min[first])))
    left_ms = delays_ms - slope * at_min
    left_ms = np.abs(left_ms - np.median(left_ms))
    kept = left_ms <= max(5 * float(np.median(left_ms)), _WILD_MS)
    at, delays = at_min[kept] - at_min[kept].mean(), delays_ms[kept] - delays_ms[kept].mean()
    slope = float(at @ delays / (at @ at))
    free = max(at.size - 2, 1)
    apart_ms = max(float(np.sqrt(np.sum((delays - slope * at) ** 2) / free)), _FINEST_MS)
    return slope, float(stdtrit(free, 0.975)) * apart_ms / float(np.sqrt(at @ at))


def report(picture: Arrivals, sound: Arrivals) -> SyncReport:
    """Combine both, with sentences for people."""
    apart_ms = None
    if picture.offset_ms is not None and sound.offset_ms is not None:
        apart_ms = sound.offset_ms - picture.offset_ms
    sentences = [*_sentences(picture, "Picture", "flashes", LIGHTER), *_sentences(sound, "Sound", "clicks", LOUDER)]
    if apart_ms is not None:
        sentences.append(_apart(apart_ms))
    if picture.offset_ms is not None or sound.offset_ms is not None:
        sentences.append("The delays of screen and loudspeaker are part of these figures.")
    return SyncReport(picture, sound, apart_ms, tuple(sentences))


def _sentences(found: Arrivals, kind: str, things: str, advice: str) -> list[str]:
    if not found.emitted:
        return []
    if found.offset_ms is None:
        many = f"only {found.found}" if found.found else "none"
        return [f"{kind}: {many} of {found.emitted} {things} found, too few to measure. {advice}"]
    when = f"{abs(found.offset_ms):.0f} ms {'after' if found.offset_ms >= 0 else 'before'} their emission"
    sentences = [f"{kind}: {found.found} of {found.emitted} {things} found, {when}, ± {found.jitter_ms:.0f} ms."]
    if found.found < 0.8 * found.emitted:
        sentences.append(advice)
    return [*sentences, _drift_sentence(found, kind)]


def _drift_sentence(found: Arrivals, kind: str) -> str:
    if found.drift_ms_per_min is None or found.drift_within_ms_per_min is None:
        return f"{kind}: too few to measure a drift."
    within = found.drift_within_ms_per_min
    if within > _CLEAR_MS_A_MINUTE:
        return f"{kind}: the test is too short to measure a drift below {within:.0f} ms a minute."
    if abs(found.drift_ms_per_min) <= within:
        return f"{kind}: no drift found; it is below {abs(found.drift_ms_per_min) + within:.1f} ms a minute."
    way = "later" if found.drift_ms_per_min > 0 else "earlier"
    return f"{kind}: arrives {abs(found.drift_ms_per_min):.1f} ± {within:.1f} ms {way} every minute."


def _apart(apart_ms: float) -> str:
    if abs(apart_ms) < 1:
        return "Sound and picture arrive together."
    return f"Sound arrives {abs(apart_ms):.0f} ms {'after' if apart_ms > 0 else 'before'} the picture."
