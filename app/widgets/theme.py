"""Colours, sizes and fonts of the window.

The colours of states and modalities are in `core.appearance`, because exported plots use them too.

Widgets that paint themselves use `colors_of(self)`, which reads their palette, so that no widget stores the theme.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

UNIT = 8
"""The grid, in logical pixels; every gap is a multiple of it (or half of it inside a control)."""
RADIUS = 8
SMALL_PX, BODY_PX, LARGE_PX = 12, 14, 28


@dataclass(frozen=True, slots=True)
class Colors:
    """One theme. `raised` is the background of controls, `line` a hairline, `on_accent` the text on the accent."""

    ground: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str


DARK = Colors(
    ground="#14171C",
    panel="#1B2028",
    raised="#28303B",
    line="#2F3845",
    text="#E6EAF0",
    quiet="#97A1B2",
    accent="#8FB8FF",
    on_accent="#14171C",
    good="#5FC27E",
    warn="#E8B84A",
    bad="#FF8A80",
)
LIGHT = Colors(
    ground="#F6F7F9",
    panel="#FFFFFF",
    raised="#E9EDF2",
    line="#D5DBE4",
    text="#1C2330",
    quiet="#566071",
    accent="#1F55C0",
    on_accent="#FFFFFF",
    good="#1A7A3A",
    warn="#855800",
    bad="#B3261E",
)


def luminance(color: str) -> float:
    """Relative luminance of `#RRGGBB` (WCAG 2), 0 to 1."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2), 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colors_for(theme: str) -> Colors:
    """The colours of "dark" or "light"; "system" follows the desktop, and is light where the desktop has no theme."""
    if theme == "system":
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if theme == "dark" else LIGHT


def colors_of(widget: QWidget) -> Colors:
    """The colours of the theme in which `widget` is shown."""
    # The program's palette, because the style sheet changes the widget's own.
    return DARK if QApplication.palette(widget).color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def font(size_px: int, bold: bool = False, italic: bool = False) -> QFont:
    """The system's font in one of the three sizes."""
    result = QFont(QApplication.font())
    result.setPixelSize(size_px)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    result.setItalic(italic)
    return result


MOODS: dict[str, Callable[[Colors], str]] = {
    "good": lambda c: c.good,
    "warn": lambda c: c.warn,
    "bad": lambda c: c.bad,
    "quiet": lambda c: c.line,
}
"""Colour of each mood of a status dot: "quiet" for what is not known yet."""
