"""Versions of the program and of the libraries that affect its results."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from core import __version__

PROGRAM = "edu-emotionnet"
"""Key of the program's own version."""
LIBRARIES = (
    "av",
    "moonshine-voice",
    "numpy",
    "opencv-python",
    "pocketsphinx",
    "pylsl",
    "PySide6-Essentials",
    "pywebrtc-audio",
    "sounddevice",
    "torch",
    "transformers",
    "vosk",
)


def versions() -> dict[str, str]:
    """Versions of the program and of the installed libraries, by name."""
    return {PROGRAM: __version__, **installed()}


def installed() -> dict[str, str]:
    """Versions of the libraries; one that is not installed, as Moonshine where it has no wheel, is left out."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
