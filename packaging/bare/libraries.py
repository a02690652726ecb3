"""Asks `ldd` whether the system has every shared library that the installed packages are linked with.

    .venv/bin/python packaging/bare/libraries.py      prints what is missing; exit code 1 if anything is

An import proves less: Qt loads its plugins, for one, only when it needs them, and without a word if that fails.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
QT_PLUGINS = (
    "platforms/libqoffscreen.so",
    "platforms/libqxcb.so",
    "platforms/libqwayland*.so",
    "xcbglintegrations/*.so",
    "wayland-decoration-client/*.so",
    "wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
    "wayland-shell-integration/libxdg-shell.so",
    "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
    "platforminputcontexts/libibusplatforminputcontextplugin.so",
    "platformthemes/libqxdgdesktopportal.so",
    "iconengines/*.so",
    "imageformats/libq[!p]*.so",  # not the one for PDF
    "multimedia/*.so",
)
"""Patterns of the plugins that Qt loads for the program, in its folder of plugins."""
PACKAGES = (
    "av",
    "cv2",
    "moonshine_voice",
    "numpy",
    "pocketsphinx",
    "pyarrow",
    "pylsl",
    "pywebrtc_audio",
    "safetensors",
    "tokenizers",
    "vosk",
)
"""Packages that bring compiled files, beside Qt. torch is left out: it opens every one of its files at import."""
OPENED_BY_NAME = {"libportaudio.so.2": "sounddevice"}
"""Libraries that no file is linked with, and the package that opens each when it runs."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A compiled file, and the libraries it and their own libraries are linked with; `missing` are not there."""

    file: str
    libraries: frozenset[str]
    missing: frozenset[str]


def qt_modules(program: Path) -> set[str]:
    """The modules of PySide6 that the program imports."""
    texts = (file.read_text() for file in program.rglob("*.py"))
    return {name for text in texts for name in re.findall(r"(?:from|import) PySide6\.(\w+)", text)}


def compiled_files(program: Path = CHECKOUT / "app") -> list[Path]:
    """The compiled files of the installed packages that the program loads."""
    qt = _folder("PySide6")
    if qt is None:
        raise SystemExit("PySide6 is not installed in this Python.")
    files = [qt / f"{module}.abi3.so" for module in sorted(qt_modules(program))]
    files += [file for pattern in QT_PLUGINS for file in sorted((qt / "Qt" / "plugins").glob(pattern))]
    folders = [folder for name in PACKAGES if (folder := _folder(name))]
    return files + [file for folder in folders for file in sorted(folder.rglob("*.so*"))]


def _folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def linked(files: Iterable[Path]) -> list[Linked]:
    """What `ldd` says of each file."""
    names = [str(file) for file in files]
    shown = subprocess.run(["ldd", *names], capture_output=True, text=True, check=False).stdout
    return parse(shown)


def parse(shown: str) -> list[Linked]:
    """Reads what `ldd` prints for several files: a line with the name of each, then its libraries, indented."""
    found = []
    for part in re.split(r"^(?=\S)", shown, flags=re.MULTILINE):
        head, _, body = part.partition("\n")
        libraries = re.findall(r"^\s+(\S+) => ", body, flags=re.MULTILINE)
        missing = re.findall(r"^\s+(\S+) => not found", body, flags=re.MULTILINE)
        if head:
            found.append(Linked(head.rstrip(":"), frozenset(libraries), frozenset(missing)))
    return found


def missing(files: Iterable[Path]) -> list[str]:
    """A line for each file that lacks a library."""
    lacking = [one for one in linked(files) if one.missing]
    return [f"{Path(one.file).name} needs {', '.join(sorted(one.missing))}" for one in lacking]


if __name__ == "__main__":
    files = compiled_files()
    lines = missing(files)
    print("\n".join(lines) or f"No library is missing for {len(files)} compiled files.")
    sys.exit(1 if lines else 0)
