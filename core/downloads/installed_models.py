"""Downloaded models: which there are, which are here, and fetching one. Nothing touches the network but `pull`.

A model is complete before it is seen: files are checked and put in place one by one, an archive is unpacked beside its
place and moved there in one step. `SHA256SUMS` in each folder (the format of `sha256sum -c`) holds what was checked, so
that a later check needs no network. A mirror is trusted for files that the catalogue does not pin by hash.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from core import paths
from core.downloads import http_download
from core.downloads.catalogue import CATALOGUE, RemoteFile, RemoteModel
from core.errors import DownloadError

Progress = Callable[[int, int], None]
"""Told the bytes that are here and the bytes in all (an estimate where sizes are not pinned); may raise to cancel."""

SUMS = "SHA256SUMS"
ROOM = 1.1
"""Free space asked for, in sizes of the model; an archive needs `ROOM_UNPACKED` more."""
ROOM_UNPACKED = 3.0
SYMLINK = 0o120000


def catalogue() -> tuple[RemoteModel, ...]:
    """Everything that can be pulled."""
    return CATALOGUE


def find(name: str, models: tuple[RemoteModel, ...] = CATALOGUE) -> RemoteModel:
    """A model of the catalogue by name; `DownloadError` names those that there are."""
    for model in models:
        if model.name == name:
            return model
    raise DownloadError(f"There is no model '{name}' to download. Choose one of {', '.join(m.name for m in models)}.")


def folder(name: str) -> Path:
    """Where a model's files lie once they are here."""
    return paths.models() / name


def installed(name: str, models: tuple[RemoteModel, ...] = CATALOGUE) -> bool:
    """Whether all of a model's files are here, with their pinned sizes; quick, and never on the network."""
    model = find(name, models)
    if model.archive:
        return (folder(name) / model.proof).is_file()
    return all(_is_here(folder(name) / file.path, file) for file in model.files)


def _is_here(path: Path, file: RemoteFile) -> bool:
    return path.is_file() and file.bytes in (None, path.stat().st_size)


def pull(
    name: str,
    progress: Progress = lambda _done, _total: None,
    mirror: str | None = None,
    models: tuple[RemoteModel, ...] = CATALOGUE,
) -> Path:
    """Fetch what is missing of a model and return its folder; goes on where a broken attempt stopped.

    `mirror` is a folder or an address that holds NAME/FILE for every file of the model. Raises `DownloadError`.
    """
    model = find(name, models)
    if installed(name, models):
        return folder(name)
    _check_room(model)
    tally = _Tally(model, progress)
    if model.archive:
        _pull_archive(model, mirror, tally)
    else:
        _pull_files(model, mirror, tally)
    return folder(name)


def _check_room(model: RemoteModel) -> None:
    try:
        paths.models().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise http_download.cannot_be_written(paths.models(), error) from error
    needed = model.megabytes * (ROOM + (ROOM_UNPACKED if model.archive else 0.0))
    free = shutil.disk_usage(paths.models()).free / 1e6
    if free < needed:
        raise DownloadError(
            f"{model.name} needs {needed:.0f} MB in {paths.models()}, where {free:.0f} MB are free. "
            "Make room and try again."
        )


class _Tally:
    """Adds the bytes of finished files to those of the one under way."""

    def __init__(self, model: RemoteModel, progress: Progress) -> None:
        self._total = max(round(model.megabytes * 1e6), sum(file.bytes or 0 for file in model.files))
        self._before = 0
        self._now = 0
        self._progress = progress

    def seen(self, done: int) -> None:
        self._now = done
        self._progress(self._before + done, max(self._total, self._before + done))

    def finish_file(self) -> None:
        self._before, self._now = self._before + self._now, 0


def _place(model: RemoteModel, file: RemoteFile, mirror: str | None) -> str:
    if mirror is None:
        return file.url
    return f"{mirror.rstrip('/')}/{model.name}/{file.path}"


def _pull_files(model: RemoteModel, mirror: str | None, tally: _Tally) -> None:
    for file in model.files:
        target = folder(model.name) / file.path
        if _is_here(target, file) and file.path in _sums(model.name):
            tally.seen(target.stat().st_size)
        else:
            claim = http_download.Claim(file.bytes, file.sha256)
            sha256 = http_download.fetch(_place(model, file, mirror), target, claim, tally.seen)
            _write_sums(model.name, _sums(model.name) | {file.path: sha256})
        tally.finish_file()


def _pull_archive(model: RemoteModel, mirror: str | None, tally: _Tally) -> None:
    file = model.files[0]
    archive = paths.models() / file.path
    http_download.fetch(_place(model, file, mirror), archive, http_download.Claim(file.bytes, file.sha256), tally.seen)
    fresh = paths.models() / f".{model.name}.unpacking"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        unpack(archive, fresh)
        if not (fresh / model.name / model.proof).is_file():
            raise DownloadError(
                f"{file.path} does not hold {model.name}/{model.proof}. Name another place with --mirror FOLDER|URL."
            )
        shutil.rmtree(folder(model.name), ignore_errors=True)
        (fresh / model.name).rename(folder(model.name))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        archive.unlink()
    _write_sums(model.name, _measured(model.name))


def unpack(archive: Path, into: Path) -> None:
    """Unpack a zip; one that would write outside `into` or holds links is refused whole."""
    try:
        with zipfile.ZipFile(archive) as file:
            for member in file.infolist():
                path = PurePosixPath(member.filename.replace("\\", "/"))
                link = (member.external_attr >> 16) & 0o170000 == SYMLINK
                if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or link:
                    raise DownloadError(f"{archive.name} wants to write to '{member.filename}'. It was not unpacked.")
            file.extractall(into)
    except (zipfile.BadZipFile, OSError) as error:
        raise DownloadError(f"{archive.name} cannot be unpacked ({error}). Try again.") from error


def verify(name: str, models: tuple[RemoteModel, ...] = CATALOGUE) -> list[str]:
    """Files of an installed model that are not what was downloaded; reads every byte, needs no network."""
    model = find(name, models)
    pinned = {} if model.archive else {file.path: file.sha256 for file in model.files if file.sha256}
    expected = _sums(name) | pinned
    measured = _measured(name)
    return sorted(path for path, sha256 in expected.items() if measured.get(path) != sha256)


def _measured(name: str) -> dict[str, str]:
    home = folder(name)
    files = sorted(path for path in home.rglob("*") if path.is_file() and path.name != SUMS)
    return {path.relative_to(home).as_posix(): http_download.sha256_of(path) for path in files}


def _sums(name: str) -> dict[str, str]:
    file = folder(name) / SUMS
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {path: sha256 for sha256, _, path in (line.partition("  ") for line in lines)}


def _write_sums(name: str, sums: dict[str, str]) -> None:
    fresh = folder(name) / f"{SUMS}.new"
    fresh.write_text("".join(f"{sha256}  {path}\n" for path, sha256 in sums.items()), encoding="utf-8")
    fresh.replace(folder(name) / SUMS)
