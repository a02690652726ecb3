"""The program's commands as the documentation names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from app.__main__ import cli


def commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its words, "" for the window."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {name}".strip())


PROGRAM = dict(commands(typer.main.get_command(cli)))


def command_of(words: str) -> str:
    """The command that the words after `edu-emotionnet` name; a first word that is no command is returned as it is."""
    found = ""
    for word in words.split():
        if word.startswith("-") or not word.islower() or not hasattr(PROGRAM.get(found), "commands"):
            break
        found = f"{found} {word}".strip()
    return found
