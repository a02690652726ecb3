"""Writes the manual page from the command line's own help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bundling.places import NAME


def manual_page(group: Any, version: str, made_at_s: int) -> str:
    """The page in roff: options of the window, then each command with its options. `group` is Typer's click group."""
    day = datetime.fromtimestamp(made_at_s, UTC).date().isoformat()
    lines = [
        f'.TH "{NAME.upper()}" "1" "{day}" "{NAME} {version}" "User Commands"',
        ".SH NAME",
        f"{NAME} \\- estimates how a learner's expressions may be read",
        ".SH SYNOPSIS",
        f".B {escape(NAME)}",
        "[OPTIONS] [COMMAND] \\[char46]\\[char46]\\[char46]",
        ".SH DESCRIPTION",
        escape(group.help or ""),
        ".SH OPTIONS",
        *options(group),
        ".SH COMMANDS",
        *commands(group, ()),
    ]
    return "\n".join(lines) + "\n"


def commands(group: Any, path: tuple[str, ...]) -> Iterator[str]:
    """A subsection for each command."""
    for name in sorted(group.commands):
        command = group.commands[name]
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
            continue
        yield f'.SS "{escape(" ".join((*path, name)))}"'
        yield escape((command.help or "").replace("\n", " "))
        yield from options(command)


def options(command: Any) -> Iterator[str]:
    """An entry for each option."""
    for parameter in command.params:
        if (text := getattr(parameter, "help", None)) and not getattr(parameter, "hidden", False):
            yield ".TP"
            yield f".B {escape(', '.join(parameter.opts))}"
            yield escape(text.replace("\n", " "))


def escape(text: str) -> str:
    """Text for roff: hyphens stay hyphens, and no line is taken for a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").strip()
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
