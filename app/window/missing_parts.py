"""What this window goes without because a library, a module or a font is missing, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from app.session.device_list import missing_news
from app.widgets import icons
from core.load_errors import named, remedy
from core.system_libraries import DEVICE_NEWS, ICONS, LETTERS, MICROPHONES, SystemLibrary, missing_libraries

EFFECTS = {
    MICROPHONES: "microphones cannot be used",
    DEVICE_NEWS: "a camera or microphone that you connect appears only when you open Live or Settings again",
    ICONS: "buttons show plain signs in place of icons",
    LETTERS: "letters are drawn with the font of the plots",
}


def missing_parts() -> list[SystemLibrary]:
    """Everything that an open window can do without and that is missing, except fonts."""
    svg = [icons.SVG.missing] if icons.SVG.missing else []
    return [*missing_libraries(MICROPHONES), *missing_news(), *svg]


def notice(missing: Sequence[SystemLibrary]) -> str:
    """What is missing, what follows from it, and what to install; empty if nothing is missing."""
    if not missing:
        return ""
    *first, last = dict.fromkeys(EFFECTS[part.gives] for part in missing)
    effects = f"{', '.join(first)}, and {last}" if first else last
    return f"Because {named(missing)}, {effects}; {remedy(missing)}."
