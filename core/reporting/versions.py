"""Versions of the program and of the libraries that affect its results."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from core import __version__

PROGRAM = "edu-emotionnet"
"""Key of the program's own version."""
LIBRARIES = ("av", "numpy", "opencv-python", "pylsl", "PySide6-Essentials", "sounddevice", "torch", "transformers")


def versions() -> dict[str, str]:
    """Versions by name; libraries without installed metadata, as in a frozen program, are left out."""
    found = {PROGRAM: __version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
