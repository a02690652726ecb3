"""The input of a session, and its purpose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.types import InputKind


@dataclass(frozen=True, slots=True)
class SessionInput:
    """Where video and audio come from; `file` is set only for the kind "file"."""

    kind: InputKind = "devices"
    file: Path | None = None

    @property
    def words(self) -> str:
        """Its name on screen and in stored sessions."""
        return {
            "devices": "Camera and microphone",
            "demo": "Drawn learner",
            "file": self.file.name if self.file else "",
        }[self.kind]


def first_input(
    purpose: str, requested: SessionInput | None, devices_named: bool, unattended: bool
) -> tuple[str, SessionInput]:
    """The first purpose and input, from the saved purpose and the command line.

    `requested` is a demo or a file; `devices_named` is True with `--camera` or `--microphone`, `unattended` if the
    session starts automatically. No device is opened before a person chose that: without a saved purpose and named
    devices, such a session shows the drawn learner.
    """
    if requested is not None:
        first = "demo" if requested.kind == "demo" else "self"
        return first if purpose == "unset" else purpose, requested
    if purpose == "unset" and unattended:
        return ("self", SessionInput()) if devices_named else ("demo", SessionInput("demo"))
    if purpose == "demo" and not devices_named:
        return purpose, SessionInput("demo")
    return purpose, SessionInput()


@dataclass(frozen=True, slots=True)
class Purpose:
    """One of the three purposes, with its texts on screen."""

    key: str
    title: str
    badge: str
    text: str


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "self",
        "Self",
        "Self · on this device",
        "For you alone, without an account. Estimates and own reports are saved on this machine; picture, sound and "
        "words only if you switch that on. Erase them at any time.",
    ),
    Purpose(
        "research",
        "Research",
        "Research · on this device",
        "For an approved study. Locked until study id, approval, consent text and retention date are entered. "
        "Pseudonyms, recorded consent, and withdrawal in one step.",
    ),
    Purpose(
        "demo",
        "Demo",
        "Demo · nothing is saved",
        "For showing how it works, with a drawn learner; a live camera only when you choose it. Nothing is saved: the "
        "drawn learner's session can be reviewed until the window closes.",
    ),
)


def purpose(key: str) -> Purpose | None:
    """The purpose of that key; None while unset."""
    return next((entry for entry in PURPOSES if entry.key == key), None)
