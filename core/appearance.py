"""Colours, line styles, names and order of states and modalities, shared by the window and by exported plots.

Okabe-Ito colours for the states, which also differ in their dashes; Paul Tol's colours for the modalities.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.types import MODALITIES, Modality


@dataclass(frozen=True, slots=True)
class LineLook:
    """Style of a state's curve: `color` as "#RRGGBB", `dashes` in pen widths, empty for a solid line."""

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
"""Order on the screen: of the lanes, of the stacked weights from the bottom up, and of the keys 1 to 3."""
SCREEN_ORDER: list[int] = [MODALITIES.index(modality) for modality in MODALITY_ORDER]
"""Index that brings an axis in the order of `MODALITIES` into the order of the screen."""
