"""Reads from apt's source lists which mirror of Debian this machine uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

APT = Path("/etc/apt")
PUBLIC = "http://deb.debian.org/debian"
RELEASES = ("bookworm", "trixie")


@dataclass(frozen=True, slots=True)
class AptSource:
    """One archive of binary packages: its address, suite and components."""

    uri: str
    suite: str
    components: tuple[str, ...]


def debian_mirror(release: str, folder: Path = APT) -> str:
    """The address of the mirror of Debian's main archive; Debian's own where apt knows none."""
    main = [source for source in configured(folder) if _is_main_archive(source)]
    named = [source for source in main if source.suite == release]
    return next((source.uri for source in [*named, *main]), PUBLIC)


def configured(folder: Path = APT) -> list[AptSource]:
    """Every archive in `sources.list` and in the files of `sources.list.d`."""
    lists = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    found = [source for file in lists if file.is_file() for source in from_list(file.read_text())]
    for file in sorted(folder.glob("sources.list.d/*.sources")):
        found += from_deb822(file.read_text())
    return found


def from_list(text: str) -> Iterator[AptSource]:
    """Archives of the one-line form `deb [options] URI SUITE COMPONENT…`."""
    for line in text.splitlines():
        words = _without_options(line.partition("#")[0]).split()
        if len(words) >= 3 and words[0] == "deb":
            yield AptSource(words[1], words[2], tuple(words[3:]))


def _without_options(line: str) -> str:
    before, bracket, rest = line.partition("[")
    return before + rest.partition("]")[2] if bracket else line


def from_deb822(text: str) -> Iterator[AptSource]:
    """Archives of the form with one field a line and an empty line between entries."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for entry in "\n".join(lines).split("\n\n"):
        fields = _fields(entry)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() == "no":
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield AptSource(uri, suite, tuple(fields.get("components", "").split()))


def _fields(entry: str) -> dict[str, str]:
    """The fields of an entry by their names in small letters; a line that starts with a space continues the last."""
    fields: dict[str, str] = {}
    name = ""
    for line in entry.splitlines():
        if line[:1].isspace():
            fields[name] = f"{fields.get(name, '')} {line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def _is_main_archive(source: AptSource) -> bool:
    """Whether it is Debian itself, not its security archive, another distribution or another vendor."""
    web = source.uri.startswith(("http://", "https://"))
    return web and source.uri.rstrip("/").endswith("/debian") and "main" in source.components
