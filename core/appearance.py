"""Colours and dashes of states and modalities: one look for the window and for written pictures.

Okabe-Ito colours for the states, which are told apart by their dashes as well; Tol's for the modalities.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.types import Modality


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a state's curve is told apart without its colour: `dashes` in pen widths, empty for a solid line."""

    color: str
    dashes: tuple[float, ...]


STATE_LOOKS: dict[str, LineLook] = {
    "Confused": LineLook("#E69F00", ()),
    "Curious": LineLook("#56B4E9", (6.0, 2.5)),
    "Bored": LineLook("#CC79A7", (1.0, 2.0)),
    "Frustrated": LineLook("#D55E00", (5.0, 2.0, 1.0, 2.0)),
}
MODALITY_COLORS: dict[Modality, str] = {"visual": "#4477AA", "audio": "#228833", "text": "#AA3377"}
MODALITY_NAMES: dict[Modality, str] = {"visual": "picture", "audio": "voice", "text": "words"}
MODALITY_ORDER: tuple[Modality, ...] = ("visual", "audio", "text")
"""The order on the screen, from the bottom of the stack up, and of the keys 1 to 3."""
