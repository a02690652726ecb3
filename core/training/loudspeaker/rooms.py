"""Simulates what a microphone hears when the computer plays something in a room and a learner speaks there too.

Impulse responses come from the image-source method (pyroomacoustics). The loudspeaker distorts mildly, plays with a lag
and by a clock of its own; the room has a noise floor. With headphones only a weak leak reaches the microphone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.signal import butter, fftconvolve, sosfilt

from core.training.train_extra import missing_extra
from core.types import SAMPLE_RATE_HZ, Samples

FRAME_S = 0.03
SPEECH_DBFS = -28.0
"""Level of the learner at the microphone while speaking."""
_AUDIBLE_DB = 10.0
"""A frame counts as voiced if it is this far above the noise floor …"""
_VOICED_DB = 25.0
"""… and at most this far below the speaker's mean level."""


@dataclass(frozen=True, slots=True)
class RoomSetup:
    """One room and how the computer sounds in it.

    `lecture_db`: the lecture's level at the microphone, relative to the learner's. `drive`: how hard the loudspeaker is
    driven into saturation. `headphones`: the lecture reaches the microphone 30 to 45 dB weaker.
    """

    rt60_s: float
    lecture_db: float
    lag_s: float
    drift_ppm: float
    drive: float
    noise_dbfs: float
    headphones: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RoomRecording:
    """Sound of one simulation, (N,) each at 16 kHz: microphone, reference, and the parts of the microphone's sound."""

    setup: RoomSetup
    microphone: Samples
    reference: Samples
    lecture: Samples
    learner: Samples

    def voiced(self, part: Samples) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which 30-ms frames of a part are voiced, (frames,)."""
        level_db = _frame_db(part)
        loud = level_db[level_db > level_db.max() - 40.0]
        mean_db = 10 * np.log10(np.mean(10 ** (loud / 10)))
        return np.asarray((level_db > self.setup.noise_dbfs + _AUDIBLE_DB) & (level_db > mean_db - _VOICED_DB))

    def silent(self, part: Samples) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which 30-ms frames of a part are below the noise floor, (frames,)."""
        return _frame_db(part) < self.setup.noise_dbfs


def _frame_db(sound: Samples) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    size = round(FRAME_S * SAMPLE_RATE_HZ)
    frames = sound[: sound.size // size * size].reshape(-1, size).astype(np.float64)
    return np.asarray(10 * np.log10(np.square(frames).mean(1) + 1e-12))


def draw_setup(rng: Generator, headphones: bool = False) -> RoomSetup:
    """Draws a room from the ranges of the issue."""
    return RoomSetup(
        rt60_s=float(rng.uniform(0.2, 0.6)),
        lecture_db=float(rng.uniform(-10.0, 10.0)),
        lag_s=float(rng.uniform(-0.03, 0.28)),
        drift_ppm=float(rng.uniform(-60.0, 60.0)),
        drive=float(rng.uniform(0.2, 2.0)),
        noise_dbfs=float(rng.uniform(-66.0, -54.0)),
        headphones=headphones,
    )


def simulate(setup: RoomSetup, played: Samples, spoken: Samples, rng: Generator) -> RoomRecording:
    """The microphone's sound while `played` comes out of the loudspeaker and the learner says `spoken`, (N,) each."""
    loudspeaker_response, mouth_response = _responses(setup, rng)
    lecture = fftconvolve(_through_loudspeaker(setup, played), loudspeaker_response)[: played.size]
    learner = fftconvolve(spoken, mouth_response)[: spoken.size]
    learner = _at_level(learner, SPEECH_DBFS)
    lecture = _at_level(lecture, SPEECH_DBFS + setup.lecture_db - (rng.uniform(30.0, 45.0) if setup.headphones else 0))
    lecture = _late(lecture, setup)
    noise = _room_noise(played.size, setup.noise_dbfs, rng)
    microphone = np.clip(lecture + learner + noise, -1.0, 1.0)
    return RoomRecording(
        setup,
        microphone.astype(np.float32),
        played.astype(np.float32),
        lecture.astype(np.float32),
        learner.astype(np.float32),
    )


def _responses(setup: RoomSetup, rng: Generator) -> tuple[Samples, Samples]:
    """Impulse responses from loudspeaker and mouth to the microphone of a laptop on a desk."""
    rooms = _pyroomacoustics()
    size = rng.uniform((3.0, 2.8, 2.4), (6.0, 5.0, 3.0))
    absorption, order = rooms.inverse_sabine(setup.rt60_s, size)
    room = rooms.ShoeBox(size, fs=SAMPLE_RATE_HZ, materials=rooms.Material(absorption), max_order=min(order, 24))
    microphone = size * rng.uniform(0.35, 0.6, 3) * (1, 1, 0) + (0, 0, 0.95)
    loudspeaker = microphone + _away(rng, rng.uniform(0.12, 0.9))
    mouth = microphone + _away(rng, rng.uniform(0.4, 0.8)) + (0, 0, 0.2)
    room.add_source(np.clip(loudspeaker, 0.2, size - 0.2))
    room.add_source(np.clip(mouth, 0.2, size - 0.2))
    room.add_microphone(microphone)
    room.compute_rir()
    return room.rir[0][0], room.rir[0][1]


def _away(rng: Generator, distance_m: float) -> Any:
    angle = rng.uniform(0.0, 2 * np.pi)
    return np.array([np.cos(angle), np.sin(angle), 0.0]) * distance_m


def _pyroomacoustics() -> Any:
    try:
        import pyroomacoustics
    except ImportError as error:
        raise missing_extra("pyroomacoustics") from error
    return pyroomacoustics


def _through_loudspeaker(setup: RoomSetup, played: Samples) -> Samples:
    """A small loudspeaker: nothing below 180 Hz, and mild saturation."""
    thin = sosfilt(butter(2, 180.0, "highpass", fs=SAMPLE_RATE_HZ, output="sos"), played)
    peak = float(np.abs(thin).max()) or 1.0
    return np.asarray(np.tanh(setup.drive * thin / peak) / setup.drive * peak)


def _late(sound: Samples, setup: RoomSetup) -> Samples:
    """The sound with the loudspeaker's lag, played by a clock that runs faster or slower."""
    times = np.arange(sound.size, dtype=np.float64)
    wanted = times * (1 + 1e-6 * setup.drift_ppm) - setup.lag_s * SAMPLE_RATE_HZ
    return np.interp(wanted, times, sound, left=0.0, right=0.0).astype(np.float32)


def _at_level(sound: Samples, dbfs: float) -> Samples:
    level_db = _frame_db(sound)
    loud = level_db[level_db > level_db.max() - 40.0]
    return np.asarray(sound * 10 ** ((dbfs - 10 * np.log10(np.mean(10 ** (loud / 10)))) / 20))


def _room_noise(size: int, dbfs: float, rng: Generator) -> Samples:
    """Noise that falls by 6 dB an octave above 300 Hz, as a fan's."""
    noise = sosfilt(butter(1, 300.0, fs=SAMPLE_RATE_HZ, output="sos"), rng.standard_normal(size))
    return np.asarray(noise / noise.std() * 10 ** (dbfs / 20))
