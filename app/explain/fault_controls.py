"""The sliders of the fault panel: what each is called, what its steps mean, and a few faults that come together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.faults import CLEAREST_DB, LONGEST_DELAY_S, LOUDEST_DB, Faults


@dataclass(frozen=True, slots=True)
class FaultControl:
    """One slider: its field of `Faults`, its words, how many steps it has, what a step means and how that is said."""

    field: str
    name: str
    tip: str
    steps: int
    meaning: Callable[[int], float | None]
    say: Callable[[int], str]


def _share(field: str, name: str, tip: str) -> FaultControl:
    return FaultControl(field, name, tip, 20, lambda k: k / 20, lambda k: f"{5 * k} %" if k else "off")


DB_STEP = 2.0
NOISE = FaultControl(
    "noise_snr_db",
    "Noise",
    "Add noise to the sound. The figure is how much louder the voice is than the noise; below 0 dB the noise wins.",
    round((CLEAREST_DB - LOUDEST_DB) / DB_STEP) + 1,
    lambda k: CLEAREST_DB - DB_STEP * (k - 1) if k else None,
    lambda k: f"{CLEAREST_DB - DB_STEP * (k - 1):.0f} dB".replace("-", "−") if k else "off",
)
DELAY = FaultControl(
    "delay_s",
    "Late sound",
    "Let the sound come later than the picture, as over a bad line.",
    round(10 * LONGEST_DELAY_S),
    lambda k: k / 10,
    lambda k: f"{k / 10:.1f} s" if k else "off",
)
GROUPS: tuple[tuple[str, tuple[FaultControl, ...]], ...] = (
    (
        "Picture",
        (
            _share("blur", "Blur", "Put the picture out of focus."),
            _share("darkness", "Darkness", "Take light away."),
            _share("occlusion", "Cover", "Cover the middle of the picture with a bar, as wide as this."),
            _share("drop_frames", "Lost pictures", "Drop this share of the pictures."),
        ),
    ),
    ("Sound", (NOISE, DELAY)),
    ("Words", (_share("garble_words", "Wrong words", "Lose or exchange this share of the recognised words."),)),
)
PRESETS: dict[str, tuple[Faults, str]] = {
    "Dark room": (Faults(darkness=0.85, blur=0.2), "Little light, and a picture that suffers from it."),
    "Street": (Faults(noise_snr_db=0.0, garble_words=0.3), "Noise as loud as the voice, and words misheard."),
    "Bad line": (Faults(blur=0.4, drop_frames=0.8, delay_s=0.6), "Few and coarse pictures, and sound that is late."),
}
