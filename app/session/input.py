"""What a session is fed from, and what it is for: small facts that the window passes around."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.types import InputKind


@dataclass(frozen=True, slots=True)
class SessionInput:
    """Where pictures and sound come from; `file` only for the kind of that name."""

    kind: InputKind = "devices"
    file: Path | None = None

    @property
    def words(self) -> str:
        """For people."""
        return {
            "devices": "Camera and microphone",
            "demo": "Drawn learner",
            "file": self.file.name if self.file else "",
        }[self.kind]


def first_input(
    purpose: str, wished: SessionInput | None, devices_named: bool, unattended: bool
) -> tuple[str, SessionInput]:
    """The purpose and the input to begin with, from the saved purpose and what the command line says.

    `wished` is a demo or a file asked for by name; `devices_named` tells of `--camera` or `--microphone`;
    `unattended` of a session that begins by itself. Nothing looks at a person before somebody chose that: without a
    saved purpose and without named devices, such a session shows the drawn learner.
    """
    if wished is not None:
        begun = "demo" if wished.kind == "demo" else "self"
        return begun if purpose == "unset" else purpose, wished
    if purpose == "unset" and unattended:
        return ("self", SessionInput()) if devices_named else ("demo", SessionInput("demo"))
    if purpose == "demo" and not devices_named:
        return purpose, SessionInput("demo")
    return purpose, SessionInput()


@dataclass(frozen=True, slots=True)
class Purpose:
    """One of the three purposes, in plain words."""

    key: str
    title: str
    badge: str
    text: str


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "self",
        "Self",
        "Self · on this device",
        "For you alone, without an account. Estimates and your own reports are kept on this machine; picture, sound "
        "and words only if you switch that on. Erase them at any time.",
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
        "Demo · nothing stays",
        "For showing how it works, with a drawn learner; a live camera only when you choose it. Nothing is kept: the "
        "drawn learner's session can be reviewed until the window closes.",
    ),
)


def purpose(key: str) -> Purpose | None:
    """The purpose of that key; None while unset."""
    return next((entry for entry in PURPOSES if entry.key == key), None)
