"""The sliders of the fault panel: their names, the meaning of their steps, and presets of several faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.faults import CLEAREST_DB, LONGEST_DELAY_S, LOUDEST_DB, Faults


@dataclass(frozen=True, slots=True)
class FaultControl:
    """One slider: its field of `Faults`, name, tooltip, number of steps; the value of a step, and that as text."""

    field: str
    name: str
    tip: str
    steps: int
    value: Callable[[int], float | None]
    text: Callable[[int], str]


def _share(field: str, name: str, tip: str) -> FaultControl:
    return FaultControl(field, name, tip, 20, lambda k: k / 20, lambda k: f"{5 * k} %" if k else "off")


DB_STEP = 2.0
NOISE = FaultControl(
    "noise_snr_db",
    "Noise",
    "Add noise to the sound. The figure is how much louder the voice is than the noise; below 0 dB it is softer.",
    round((CLEAREST_DB - LOUDEST_DB) / DB_STEP) + 1,
    lambda k: CLEAREST_DB - DB_STEP * (k - 1) if k else None,
    lambda k: f"{CLEAREST_DB - DB_STEP * (k - 1):.0f} dB".replace("-", "−") if k else "off",
)
DELAY = FaultControl(
    "delay_s",
    "Late sound",
    "Delay the sound against the picture, as over a bad connection.",
    round(10 * LONGEST_DELAY_S),
    lambda k: k / 10,
    lambda k: f"{k / 10:.1f} s" if k else "off",
)
GROUPS: tuple[tuple[str, tuple[FaultControl, ...]], ...] = (
    (
        "Picture",
        (
            _share("blur", "Blur", "Blur the picture."),
            _share("darkness", "Darkness", "Make the picture darker."),
            _share("occlusion", "Cover", "Cover this share of the picture's width with a bar in the middle."),
            _share("drop_frames", "Lost pictures", "Drop this share of the pictures."),
        ),
    ),
    ("Sound", (NOISE, DELAY)),
    ("Words", (_share("garble_words", "Wrong words", "Drop or replace this share of the recognised words."),)),
)
PRESETS: dict[str, tuple[Faults, str]] = {
    "Dark room": (Faults(darkness=0.85, blur=0.2), "Little light and a blurred picture."),
    "Street": (Faults(noise_snr_db=0.0, garble_words=0.3), "Noise as loud as the voice, and wrong words."),
    "Bad line": (Faults(blur=0.4, drop_frames=0.8, delay_s=0.6), "Few and blurred pictures, and late sound."),
}
