"""The faults that can be injected, and their strengths. Shares go from 0 (off) to 1."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_DELAY_S = 2.0
CLEAREST_DB, LOUDEST_DB = 30.0, -10.0
"""Range of the noise: signal-to-noise ratio in dB, from barely audible to far louder than the voice."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Strengths of all faults.

    `blur`: 1 leaves about ten patches of colour across the picture. `darkness`: share of the light that is removed.
    `occlusion`: share of the picture's width that an upright bar in its middle covers. `drop_frames`: share of frames
    that are dropped. `noise_snr_db`: speech over added noise, None for no noise. `mute`: the microphone gives zeros.
    `delay_s`: delay of the sound behind the picture. `garble_words`: share of words that are lost or replaced.
    """

    blur: float = 0.0
    darkness: float = 0.0
    occlusion: float = 0.0
    drop_frames: float = 0.0
    noise_snr_db: float | None = None
    mute: bool = False
    delay_s: float = 0.0
    garble_words: float = 0.0

    @property
    def any(self) -> bool:
        """Whether any fault is on."""
        return self != NONE

    def words(self) -> list[str]:
        """The faults that are on, one sentence each."""
        sentences = (
            (self.blur > 0, f"The picture is blurred by {_percent(self.blur)}."),
            (self.darkness > 0, f"The picture is darkened by {_percent(self.darkness)}."),
            (self.occlusion > 0, f"The middle {_percent(self.occlusion)} of the picture is covered."),
            (self.drop_frames > 0, f"{_percent(self.drop_frames)} of the pictures are dropped."),
            (self.noise_snr_db is not None, _noise(self.noise_snr_db or 0.0)),
            (self.mute, "The sound is muted."),
            (self.delay_s > 0, f"The sound is {self.delay_s:.1f} s late."),
            (self.garble_words > 0, f"{_percent(self.garble_words)} of the words are garbled."),
        )
        return [sentence for on, sentence in sentences if on]


NONE = Faults()


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _noise(snr_db: float) -> str:
    if snr_db == 0:
        return "Noise is added, as loud as the voice."
    return f"Noise is added, {abs(snr_db):.0f} dB {'below' if snr_db > 0 else 'above'} the voice."
