"""One file from one address to the disk: streamed, resumed where it broke off, checked, and put in place in one step.

Nothing here knows the catalogue. `requests` does the talking, and with it the proxies of the environment.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import DownloadError

if TYPE_CHECKING:
    import requests

PIECE = 1 << 16
ATTEMPTS = 4
"""Attempts in a row that bring nothing, before giving up; one that brought something starts the count anew."""
PAUSE_S = 0.5
"""Wait before the second attempt; doubled for each further one."""
TIMEOUT_S = (10.0, 30.0)
"""To connect, and between two pieces."""
STOPPED = 416

Seen = Callable[[int], None]
"""Told how many bytes of the file are on the disk."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of a file's content beforehand; None where nothing is.

    `git_sha1` is what a hub says of small files: the SHA-1 of "blob LENGTH NUL content".
    """

    bytes: int | None = None
    sha256: str | None = None
    git_sha1: str | None = None


def fetch(place: str, target: Path, claim: Claim, seen: Seen) -> str:
    """Bring the file at `place` (an address or a local path) to `target`; its SHA-256.

    What a broken attempt brought stays beside the target as `.part`. Raises `DownloadError`.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        claim = _download(place, part, claim, seen) if is_address(place) else _copy(place, part, claim, seen)
        sha256 = check(part, claim, place)
        part.replace(target)
    except OSError as error:
        raise cannot_be_written(target, error) from error
    return sha256


def cannot_be_written(path: Path, error: OSError) -> DownloadError:
    """What to raise where the system lets nothing be written."""
    return DownloadError(
        f"{path} cannot be written ({error.strerror or error}). Check the folder's permissions and the space on the "
        "disk, or set EDU_EMOTIONNET_HOME to another folder."
    )


def is_address(place: str) -> bool:
    """Whether `place` is fetched over the network."""
    return place.startswith(("http://", "https://"))


def _copy(place: str, part: Path, claim: Claim, seen: Seen) -> Claim:
    if not Path(place).is_file():
        raise DownloadError(f"{place} is not there. Put the file there, or leave out --mirror.")
    with Path(place).open("rb") as source, part.open("wb") as sink:
        while piece := source.read(PIECE):
            sink.write(piece)
            seen(sink.tell())
    return claim


def _download(address: str, part: Path, claim: Claim, seen: Seen) -> Claim:
    """Attempts until the whole file is there; the claim, completed by what a hub says of the file."""
    import requests

    failures = 0
    while True:
        had = part.stat().st_size if part.exists() else 0
        try:
            return _attempt(requests, address, part, claim, seen)
        except requests.RequestException as error:
            came = (part.stat().st_size if part.exists() else 0) > had
            failures = 1 if came else failures + 1
            if failures >= ATTEMPTS:
                raise DownloadError(
                    f"{address} cannot be reached ({_cause(error)}). Check the connection and run the same command "
                    "again (it goes on where it stopped), or name another place with --mirror FOLDER|URL."
                ) from error
            time.sleep(PAUSE_S * 2 ** (failures - 1))


def _attempt(requests: Any, address: str, part: Path, claim: Claim, seen: Seen) -> Claim:
    have = part.stat().st_size if part.exists() else 0
    if have and have == claim.bytes:
        return claim
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(address, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
        claim = completed(claim, answer)
        if answer.status_code == STOPPED:  # nothing is left to fetch, or the part is longer than the file
            if claim.bytes != have:
                part.unlink()
                raise requests.ConnectionError("the part on the disk did not fit")
            return claim
        if answer.status_code >= 400:
            _refuse(requests, address, answer.status_code)
        resumed = answer.status_code == requests.codes.partial_content
        expected = (have if resumed else 0) + int(answer.headers.get("Content-Length", 0))
        with part.open("ab" if resumed else "wb") as sink:
            for piece in answer.iter_content(PIECE):
                sink.write(piece)
                seen(sink.tell())
            if sink.tell() < expected:
                raise requests.ConnectionError("the connection broke off")
    return claim


def _refuse(requests: Any, address: str, status: int) -> None:
    if status >= 500 or status == requests.codes.too_many_requests:
        raise requests.ConnectionError(f"the server answered {status}")
    raise DownloadError(
        f"{address} answered {status}. The file is not offered there; name a place that has it with "
        "--mirror FOLDER|URL."
    )


def completed(claim: Claim, answer: requests.Response) -> Claim:
    """The claim with what a hub's headers say of the file at that revision, where the claim itself says nothing."""
    headers = [step.headers for step in (*answer.history, answer)]
    linked = next((step for step in headers if "X-Linked-Etag" in step), None)
    if linked is not None:
        tag, size = linked["X-Linked-Etag"].strip('W/"'), linked.get("X-Linked-Size")
    elif any("X-Repo-Commit" in step for step in headers):
        tag, size = headers[-1].get("ETag", "").strip('W/"'), None
    else:
        return claim
    return Claim(
        claim.bytes or (int(size) if size else None),
        claim.sha256 or (tag if len(tag) == 64 else None),
        tag if len(tag) == 40 else None,
    )


def check(part: Path, claim: Claim, place: str) -> str:
    """The SHA-256 of a whole download; one that is not what was claimed is deleted and raises `DownloadError`."""
    size, sha256 = part.stat().st_size, sha256_of(part)
    agrees = (
        claim.bytes in (None, size)
        and claim.sha256 in (None, sha256)
        and claim.git_sha1 in (None, _git_sha1(part) if claim.git_sha1 else None)
    )
    if not agrees:
        part.unlink()
        raise DownloadError(
            f"What came from {place} is not the pinned file ({size} bytes, SHA-256 {sha256[:12]}…) and was deleted. "
            "Try again; if it stays so, name another place with --mirror FOLDER|URL."
        )
    return sha256


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git_sha1(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _cause(error: requests.RequestException) -> str:
    """In few words; the library's own are a nest of class names."""
    import requests

    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refuses"
    return str(error) if error.request is None else "no connection"
