"""Never used on a Mac. What macOS is told of the application: its Info.plist and what it may do when signed."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

INFO = Path(__file__).parent / "Info.plist"

ENTITLEMENTS = {
    # Under the hardened runtime macOS refuses both devices, without asking the user, unless these are set.
    "com.apple.security.device.camera": True,
    "com.apple.security.device.audio-input": True,
    # libffi writes small functions at run time; through it ctypes and cffi (vosk, sounddevice) receive callbacks.
    "com.apple.security.cs.allow-unsigned-executable-memory": True,
    # Camera extensions and audio drivers of other makers are loaded into the process of the program.
    "com.apple.security.cs.disable-library-validation": True,
}
"""Rights of a program with the hardened runtime, which notarisation requires."""


def bundle_info(version: str) -> dict[str, Any]:
    """What PyInstaller's `BUNDLE(info_plist=…)` takes: `Info.plist` and the version."""
    info: dict[str, Any] = plistlib.loads(INFO.read_bytes())
    return info | {"CFBundleShortVersionString": version, "CFBundleVersion": version}


def write_entitlements(file: Path) -> Path:
    """Writes `file` for codesign, whose parser takes no comments; returns it."""
    file.write_bytes(plistlib.dumps(ENTITLEMENTS))
    return file
