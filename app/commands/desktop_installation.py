"""Puts the program into the menu of a Linux desktop for one user, and takes away exactly what it has put there.

What was written is recorded with its digest. A file that somebody has changed since is theirs, and stays.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from core.atomic_files import replace_file, replace_text
from core.desktop_files import PROGRAM, share_files
from core.errors import SettingsError
from core.other_programs import users_environment

_RESERVED = re.compile(r"[\s\"'\\><~|&;$*?#()`]")
"""Characters that a path in `Exec` may only contain inside double quotes."""
_CACHES = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))
"""Programs that renew what a desktop knows, and the folder each works on."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was installed: each file with the SHA-256 of its content, and the folders that did not exist before."""

    files: dict[Path, str]
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """The files that were removed, and those that stay because they were changed."""

    removed: tuple[Path, ...]
    changed: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and those of somebody else that stay in their place."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


class DesktopInstallation:
    """The files for the desktop below one `share` folder. `record` is the file that remembers what was written."""

    def __init__(self, share: Path, record: Path) -> None:
        self._share, self._record = share, record

    def install(self, assets: Path, program: Path) -> Written:
        """Writes the files, with `program` as what they start. Raises `SettingsError`."""
        before = self._recorded()
        wanted = {self._share / place: _content(asset, program) for place, asset in share_files(assets).items()}
        kept = [file for file, content in wanted.items() if _is_anothers(file, content, before.files.get(file))]
        for file in kept:
            del wanted[file]
        _remove_files({file: digest for file, digest in before.files.items() if file not in wanted})
        written = {file: digest for file, digest in before.files.items() if file in wanted}
        folders = {*before.folders, *_missing_folders(wanted)}
        try:
            for file, content in wanted.items():
                replace_file(file, partial(Path.write_bytes, data=content), SettingsError)
                written[file] = sha256(content).hexdigest()
        finally:  # also where the disk is full, so that no file is forgotten
            self._remember(Record(written, tuple(sorted(folders))))
        renew_caches(self._share)
        return Written(tuple(wanted), tuple(kept))

    def remove(self) -> Removed:
        """Removes what `install` wrote. Raises `SettingsError`."""
        record = self._recorded()
        found = _remove_files(record.files)
        renew_caches(self._share)
        for folder in sorted(record.folders, reverse=True):
            with suppress(OSError):  # not empty, so it has become somebody else's, or gone
                folder.rmdir()
        self._record.unlink(missing_ok=True)
        return found

    def _recorded(self) -> Record:
        try:
            content = json.loads(self._record.read_text(encoding="utf-8"))
            files = {_path(file): str(digest) for file, digest in content["files"].items()}
            return Record(files, tuple(map(_path, content["folders"])))
        except FileNotFoundError:
            return Record({})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SettingsError(
                f"{self._record} is damaged, so it is unknown what was installed. Delete it, then install again."
            ) from error

    def _remember(self, record: Record) -> None:
        content = {"files": {str(file): digest for file, digest in record.files.items()}}
        text = json.dumps(content | {"folders": [str(folder) for folder in record.folders]}, indent=1)
        replace_text(self._record, text, SettingsError)


def _path(text: str) -> Path:
    """A path of the record. Raises `ValueError` for one that no file can have."""
    if "\0" in text:
        raise ValueError("a path cannot hold a zero")
    return Path(text)


def escaped(value: str) -> str:
    """A value as it stands in a menu entry: a line break in it would begin another line of the entry."""
    for letter, written in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        value = value.replace(letter, written)
    return value


def exec_path(program: Path) -> str:
    """A path as the value of `Exec`, in whose rules it is quoted, then escaped like every value."""
    path = str(program).replace("%", "%%")
    if _RESERVED.search(path):
        path = '"' + re.sub(r'(["`$\\])', r"\\\1", path) + '"'
    return escaped(path)


def renew_caches(share: Path) -> None:
    """Lets the desktop see the change at once, where its programs for that are installed."""
    for name, folder in _CACHES:
        tool = shutil.which(name)
        if tool is not None and (share / folder).is_dir():
            with users_environment():
                subprocess.run([tool, str(share / folder)], capture_output=True, check=False)


def _content(asset: Path, program: Path) -> bytes:
    """What is written for `asset`: menu entries start the program by its full path."""
    if asset.suffix != ".desktop":
        return asset.read_bytes()
    text = asset.read_text(encoding="utf-8")
    text = re.sub(rf"^Exec={PROGRAM}", lambda _: f"Exec={exec_path(program)}", text, flags=re.MULTILINE)
    return re.sub(
        rf"^TryExec={PROGRAM}", lambda _: f"TryExec={escaped(str(program))}", text, flags=re.MULTILINE
    ).encode()


def _missing_folders(files: Iterable[Path]) -> set[Path]:
    return {folder for file in files for folder in file.parents if not folder.exists()}


def _is_anothers(file: Path, content: bytes, digest: str | None) -> bool:
    """Whether the file there was not written by this program, or was changed since."""
    if not os.path.lexists(file):
        return False
    if not file.is_file():  # a folder, or a link to nothing
        return True
    there = file.read_bytes()
    return there != content and sha256(there).hexdigest() != digest


def _remove_files(files: dict[Path, str]) -> Removed:
    """Removes those whose content still has its digest."""
    removed, changed = [], []
    for file, digest in files.items():
        if not file.is_file():
            continue
        if sha256(file.read_bytes()).hexdigest() == digest:
            file.unlink()
            removed.append(file)
        else:
            changed.append(file)
    return Removed(tuple(removed), tuple(changed))
