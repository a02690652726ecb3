"""Downloaded models: whether one is installed, installing it, verifying it. Only `pull` uses the network.

A model becomes visible only when it is complete: files are checked and moved in place one by one, an archive is
unpacked beside its place and moved there in one step. `SHA256SUMS` in each folder (the format of `sha256sum -c`) holds
the checked hashes, so that a later check needs no network. A mirror is trusted for files that the catalogue does not
pin by hash.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from core import paths
from core.downloads.catalogue import CATALOGUE, RemoteFile, RemoteModel
from core.errors import DownloadError

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the total (estimated where sizes are not pinned); may raise to cancel."""

SUMS = "SHA256SUMS"
FREE_SPACE = 1.1
"""Free space required, as a multiple of the model's size; an archive needs `FREE_SPACE_UNPACKED` more."""
FREE_SPACE_UNPACKED = 3.0
SYMLINK = 0o120000


def find(name: str, models: tuple[RemoteModel, ...] = CATALOGUE) -> RemoteModel:
    """The catalogue's entry of that name. Raises `DownloadError`, which lists the names."""
    for model in models:
        if model.name == name:
            return model
    raise DownloadError(f"There is no model '{name}' to download. Choose one of {', '.join(m.name for m in models)}.")


def folder(name: str) -> Path:
    """Where the files of an installed model are."""
    return paths.models() / name


def installed(name: str, models: tuple[RemoteModel, ...] = CATALOGUE) -> bool:
    """Whether all of a model's files are here with their pinned sizes; fast, without the network."""
    model = find(name, models)
    if model.archive:
        return (folder(name) / model.proof).is_file()
    return all(_is_here(folder(name) / file.path, file) for file in model.files)


def pull(
    name: str,
    progress: Progress = lambda _done, _total: None,
    mirror: str | None = None,
    models: tuple[RemoteModel, ...] = CATALOGUE,
) -> Path:
    """Fetch the missing files of a model and return its folder; continues where an interrupted attempt stopped.

    `mirror` is a folder or an address that holds NAME/FILE for every file of the model. Raises `DownloadError`.
    """
    model = find(name, models)
    if installed(name, models):
        return folder(name)
    try:
        _check_free_space(model)
        if model.archive:
            _pull_archive(model, mirror, progress)
        else:
            _pull_files(model, mirror, progress)
    except OSError as error:
        raise DownloadError(
            f"{error.filename or folder(name)} cannot be written ({error.strerror or error}). Check the folder's "
            "permissions and the space on the disk, or set EDU_EMOTIONNET_HOME to another folder."
        ) from error
    return folder(name)


def verify(name: str, models: tuple[RemoteModel, ...] = CATALOGUE) -> list[str]:
    """Files of an installed model that are not what was downloaded; reads every byte, needs no network."""
    model = find(name, models)
    pinned = {} if model.archive else {file.path: file.sha256 for file in model.files if file.sha256}
    expected = _read_sums(name) | pinned
    actual = _hash_files(name)
    return sorted(path for path, sha256 in expected.items() if actual.get(path) != sha256)


def _is_here(path: Path, file: RemoteFile) -> bool:
    return path.is_file() and file.bytes in (None, path.stat().st_size)


def _check_free_space(model: RemoteModel) -> None:
    paths.models().mkdir(parents=True, exist_ok=True)
    needed = model.megabytes * (FREE_SPACE + (FREE_SPACE_UNPACKED if model.archive else 0.0))
    free = shutil.disk_usage(paths.models()).free / 1e6
    if free < needed:
        raise DownloadError(
            f"{model.name} needs {needed:.0f} MB in {paths.models()}, where {free:.0f} MB are free. "
            "Make room and try again."
        )


def _pull_files(model: RemoteModel, mirror: str | None, progress: Progress) -> None:
    before = 0
    for file in model.files:
        target = folder(model.name) / file.path
        if not (_is_here(target, file) and file.path in _read_sums(model.name)):
            sha256 = _fetch(model, file, mirror, target, _after(before, model, progress))
            _write_sums(model.name, _read_sums(model.name) | {file.path: sha256})
        before += target.stat().st_size


def _pull_archive(model: RemoteModel, mirror: str | None, progress: Progress) -> None:
    file = model.files[0]
    archive = paths.models() / file.path
    _fetch(model, file, mirror, archive, _after(0, model, progress))
    fresh = paths.models() / f".{model.name}.unpacking"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        unpack(archive, fresh, round(FREE_SPACE_UNPACKED * model.megabytes * 1e6))
        if not (fresh / model.name / model.proof).is_file():
            raise DownloadError(
                f"{file.path} does not hold {model.name}/{model.proof}. Name another place with --mirror FOLDER|URL."
            )
        shutil.rmtree(folder(model.name), ignore_errors=True)
        (fresh / model.name).rename(folder(model.name))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        archive.unlink()
    _write_sums(model.name, _hash_files(model.name))


def _fetch(
    model: RemoteModel, file: RemoteFile, mirror: str | None, target: Path, on_bytes: Callable[[int], None]
) -> str:
    from core.downloads.http_download import ContentPin, fetch

    place = file.url if mirror is None else f"{mirror.rstrip('/')}/{model.name}/{file.path}"
    return fetch(place, target, ContentPin(file.bytes, file.sha256), on_bytes)


def _after(before: int, model: RemoteModel, progress: Progress) -> Callable[[int], None]:
    """Reports the progress of one file, `before` bytes of the model being here already."""
    total = max(round(model.megabytes * 1e6), sum(file.bytes or 0 for file in model.files))
    return lambda done: progress(before + done, max(total, before + done))


def unpack(archive: Path, into: Path, at_most_bytes: int) -> None:
    """Unpack a zip. Raises `DownloadError`, also for one that is larger, holds links or would write outside `into`."""
    try:
        with zipfile.ZipFile(archive) as file:
            if sum(member.file_size for member in file.infolist()) > at_most_bytes:
                raise DownloadError(f"{archive.name} is larger when unpacked than the model. It was not unpacked.")
            for member in file.infolist():
                path = PurePosixPath(member.filename.replace("\\", "/"))
                link = (member.external_attr >> 16) & 0o170000 == SYMLINK
                outside = not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
                if outside or link:
                    raise DownloadError(f"{archive.name} wants to write to '{member.filename}'. It was not unpacked.")
            file.extractall(into)
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:  # RuntimeError: encrypted, or an unknown method.
        raise DownloadError(
            f"{archive.name} cannot be unpacked ({error}). Try again, or name another place with --mirror FOLDER|URL."
        ) from error


def _hash_files(name: str) -> dict[str, str]:
    from core.downloads.http_download import sha256_of

    home = folder(name)
    files = sorted(path for path in home.rglob("*") if path.is_file() and path.name != SUMS)
    return {path.relative_to(home).as_posix(): sha256_of(path) for path in files}


def _read_sums(name: str) -> dict[str, str]:
    file = folder(name) / SUMS
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {path: sha256 for sha256, _, path in (line.partition("  ") for line in lines)}


def _write_sums(name: str, sums: dict[str, str]) -> None:
    fresh = folder(name) / f"{SUMS}.new"
    fresh.write_text("".join(f"{sha256}  {path}\n" for path, sha256 in sums.items()), encoding="utf-8")
    fresh.replace(folder(name) / SUMS)
