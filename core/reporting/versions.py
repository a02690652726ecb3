"""Which versions computed: of the program, and of the libraries that capture, compute and pass on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from core import __version__

PROGRAM = "edu-emotionnet"
"""Under this name the program stands among the others."""
LIBRARIES = ("av", "numpy", "opencv-python", "pylsl", "PySide6", "sounddevice", "torch", "transformers")


def versions() -> dict[str, str]:
    """By name, of those that are installed with their papers; a frozen program may lack some."""
    found = {PROGRAM: __version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
