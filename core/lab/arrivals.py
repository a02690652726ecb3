"""Finds when each flash and each click of a sync test arrived in the captured picture and sound.

The recordings after all emissions are superimposed: flashes and clicks add up at one delay, other flicker and noise
do not, because the plan's intervals are uneven. Then each one is searched near that delay.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.lab.click import CLICK_S, Curve, likeness
from core.types import SAMPLE_RATE_HZ, Samples

FLASH_S = 0.2
"""How long the screen stays white: at least one frame of any camera falls into it."""
EARLIEST_S, LATEST_S = -0.25, 1.25
"""Range of arrivals around an emission: time stamps of devices can be early, wireless devices are late."""

_ALIKE = 0.3
"""Noise alone reaches this likeness in less than one search in a thousand."""
_FIRST = 0.7
"""Share of the best likeness: the first peak above it is the direct sound, later ones are echoes."""
_BIN_S = 0.005
_NEAR_S = 0.06
_GRID_S = 0.005
_SHARE = 0.6
"""The quantile over flashes that must stand out: two in five are enough."""
_LIT_S = 0.1
"""Length of a flash's beginning that is searched: screens and cameras shorten it."""
_NEAR_FLASH_S = 0.12
_BEFORE_S = 0.25
_STANDS_OUT = 5.0
_FAINTEST = 0.5
"""Of 255; smaller changes of the mean are no flash."""
_NEXT_PICTURE_S = 0.2


def clicks_after(emitted_s: Sequence[float], start_s: float, samples: Samples) -> Curve:
    """Seconds from each emission to its click, (N,), NaN where none was found; `samples` begin at `start_s`."""
    pieces = [_piece(samples, round((at_s + EARLIEST_S - start_s) * SAMPLE_RATE_HZ)) for at_s in emitted_s]
    alike = np.stack([likeness(piece) for piece in pieces])  # (N, places)
    near = _busiest(alike)
    return np.array([_first_peak(row, near) / SAMPLE_RATE_HZ + EARLIEST_S for row in alike])


def _piece(samples: Samples, first: int) -> Samples:
    """The samples that may contain a click, zeros where nothing was captured."""
    piece = np.zeros(round((LATEST_S - EARLIEST_S + CLICK_S) * SAMPLE_RATE_HZ), np.float32)
    low, high = max(first, 0), min(first + piece.size, samples.size)
    if low < high:
        piece[low - first : high - first] = samples[low:high]
    return piece


def _busiest(alike: Curve) -> int:
    """The position at which most emissions have something like a click."""
    width = round(_BIN_S * SAMPLE_RATE_HZ)
    bins = alike.shape[1] // width
    best = alike[:, : bins * width].reshape(len(alike), bins, width).max(axis=2).mean(axis=0)
    return int(np.convolve(best, np.ones(3), "same").argmax() * width + width // 2)


def _first_peak(alike: Curve, near: int) -> float:
    low = max(near - round(_NEAR_S * SAMPLE_RATE_HZ), 0)
    around = alike[low : near + round(_NEAR_S * SAMPLE_RATE_HZ)]
    if around.max() < _ALIKE:
        return float("nan")
    first = int(np.argmax(around >= _FIRST * around.max()))
    return float(low + first + around[first : first + round(0.001 * SAMPLE_RATE_HZ)].argmax())


def flashes_after(emitted_s: Sequence[float], t_s: Curve, luminance: Curve) -> Curve:
    """Seconds from each emission to its flash, (N,), NaN where none was found.

    `t_s`, `luminance`: times and mean values (0 to 255) of the frames.
    """
    if t_s.size < 3:
        return np.full(len(emitted_s), np.nan)
    near_s = _brightest_s(emitted_s, t_s, luminance)
    found = [_rise(t_s - at_s, luminance, near_s) for at_s in emitted_s]
    rises_s, heights = np.array(found).T
    noise = 1.4826 * np.median(np.abs(np.diff(luminance))) / np.sqrt(2)
    least = max(_STANDS_OUT * noise, _FAINTEST, 0.3 * float(np.median(heights)))
    return np.where(heights >= least, rises_s, np.nan)


def _brightest_s(emitted_s: Sequence[float], t_s: Curve, luminance: Curve) -> float:
    """The delay at which the picture becomes and stays brighter after most emissions."""
    width = round(_LIT_S / _GRID_S)
    grid_s = np.arange(EARLIEST_S - _LIT_S, LATEST_S + _LIT_S, _GRID_S)
    laid: NDArray[np.float64] = np.stack([np.interp(at_s + grid_s, t_s, luminance) for at_s in emitted_s])
    total = np.concatenate((np.zeros((len(laid), 1)), laid.cumsum(axis=1)), axis=1)
    during = (total[:, 2 * width :] - total[:, width:-width]) / width
    before = (total[:, width:-width] - total[:, : -2 * width]) / width
    return float(np.quantile(during - before, _SHARE, axis=0).argmax() * _GRID_S + EARLIEST_S)


def _rise(since_s: Curve, luminance: Curve, near_s: float) -> tuple[float, float]:
    """When the picture crossed the middle between dark and bright, and by how much it became brighter; 0 if it did not.

    The crossing lies anywhere between two frames; interpolation keeps the error small.
    """
    dark = luminance[(since_s > near_s - _BEFORE_S) & (since_s < near_s - 0.04)]
    lit = (since_s > near_s - _NEAR_FLASH_S) & (since_s < near_s + FLASH_S)
    if not dark.size or not lit.any():
        return float("nan"), 0.0
    floor = float(np.median(dark))
    middle = (floor + float(luminance[lit].max())) / 2
    over = np.flatnonzero(lit & (luminance >= middle))
    place = int(over[0]) if over.size else 0
    if place == 0 or luminance[place - 1] >= middle or since_s[place] - since_s[place - 1] > _NEXT_PICTURE_S:
        return float("nan"), 0.0
    share = (middle - luminance[place - 1]) / (luminance[place] - luminance[place - 1])
    return float(since_s[place - 1] + share * (since_s[place] - since_s[place - 1])), 2 * (middle - floor)
