"""Fetches one file from an address or a local path: streamed, resumed after an interruption, checked, moved in place.

Independent of the catalogue. `requests` handles HTTP, redirects and the proxies of the environment; nothing but the
address and the range is sent. Resuming is why this is code of its own: pooch starts anew after an interruption, and
huggingface_hub resumes only files of a hub, which the word model and mirrors are not.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests

from core.errors import DownloadError

PIECE = 1 << 16
ATTEMPTS = 4
"""Attempts in a row without any new byte before giving up."""
PAUSE_S = 0.5
"""Wait before the second attempt; doubled for each further one."""
RANGE_REFUSED = requests.codes.requested_range_not_satisfiable
TIMEOUT_S = (10.0, 30.0)
"""To connect, and between two pieces."""

OnBytes = Callable[[int], None]
"""Called with the number of bytes of the file that are on the disk; may raise to cancel."""


@dataclass(frozen=True, slots=True)
class ContentPin:
    """What a file's content must match; None where it is not known beforehand.

    `git_sha1` is how a hub identifies small files: the SHA-1 of "blob LENGTH NUL content".
    """

    bytes: int | None = None
    sha256: str | None = None
    git_sha1: str | None = None


def fetch(place: str, target: Path, pin: ContentPin, on_bytes: OnBytes) -> str:
    """Fetch the file at `place` (an address or a local path) to `target` and return its SHA-256.

    An interrupted attempt leaves `target`.part, with which the next one continues. Raises `DownloadError`, and
    `OSError` where the target cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    if place.startswith(("http://", "https://")):
        pin = _download(place, part, pin, on_bytes)
    else:
        _copy(place, part, on_bytes)
    sha256 = _check(part, pin, place)
    part.replace(target)
    return sha256


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(place: str, part: Path, on_bytes: OnBytes) -> None:
    if not Path(place).is_file():
        raise DownloadError(f"{place} is not there. Put the file there, or leave out --mirror.")
    with Path(place).open("rb") as source, part.open("wb") as sink:
        while piece := source.read(PIECE):
            sink.write(piece)
            on_bytes(sink.tell())


def _download(address: str, part: Path, pin: ContentPin, on_bytes: OnBytes) -> ContentPin:
    """Repeat attempts until the whole file is there; the pin, completed by what a hub's headers say."""
    failures, most = 0, _size(part)
    while True:
        try:
            return _attempt(address, part, pin, on_bytes)
        except requests.RequestException as error:
            failures = 1 if _size(part) > most else failures + 1
            most = max(most, _size(part))  # A part that was deleted and fetched again is no progress.
            if failures >= ATTEMPTS:
                raise DownloadError(
                    f"{address} cannot be reached ({_cause(error)}). Check the connection and run the same command "
                    "again (it continues where it stopped), or name another place with --mirror FOLDER|URL."
                ) from error
            time.sleep(PAUSE_S * 2 ** (failures - 1))


def _attempt(address: str, part: Path, pin: ContentPin, on_bytes: OnBytes) -> ContentPin:
    have = _size(part)
    if have and have == pin.bytes:
        return pin
    with _get(address, have) as response:
        pin = _completed(pin, response)
        first, total = _content_range(response)
        if response.status_code == RANGE_REFUSED and have and have in (pin.bytes, total):
            return pin
        _check_status(response, part, first == have)
        start = have if response.status_code == requests.codes.partial_content else 0
        size = _write(response, part, start, pin.bytes, on_bytes)
    if pin.bytes is not None and size > pin.bytes:
        raise _rejected(part, address, f"more than {pin.bytes} bytes")
    if size < (total or start + (_number(response.headers.get("Content-Length")) or 0)):
        raise requests.ConnectionError("the connection broke off")
    return pin


def _get(address: str, have: int) -> requests.Response:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        return requests.get(address, headers=headers, stream=True, timeout=TIMEOUT_S)
    except ValueError as error:  # Some invalid redirects raise a bare ValueError; requests' own InvalidURL is one too.
        raise DownloadError(
            f"{address} is not a valid address or redirects to one that is not ({error}). Name another place with "
            "--mirror FOLDER|URL."
        ) from error


def _check_status(response: requests.Response, part: Path, fits: bool) -> None:
    """Raise `ConnectionError` where another attempt may succeed, `DownloadError` where it cannot.

    A range that was refused, or does not fit `part`, deletes it: the next attempt starts anew.
    """
    status = response.status_code
    if status == RANGE_REFUSED or (status == requests.codes.partial_content and not fits):
        part.unlink(missing_ok=True)
        raise requests.ConnectionError("the partial file does not fit and was deleted")
    if status >= 500 or status == requests.codes.too_many_requests:
        raise requests.ConnectionError(f"the server answered {status}")
    if status not in (requests.codes.ok, requests.codes.partial_content):
        raise DownloadError(
            f"{response.url} answered {status}. The file is not offered there; name a place that has it with "
            "--mirror FOLDER|URL."
        )


def _write(response: requests.Response, part: Path, start: int, limit: int | None, on_bytes: OnBytes) -> int:
    """Write the content to `part` from byte `start` on; its size. Stops early once it is larger than `limit`."""
    with part.open("ab" if start else "wb") as sink:
        for piece in response.iter_content(PIECE):
            sink.write(piece)
            if limit is not None and sink.tell() > limit:
                break
            on_bytes(sink.tell())
        return sink.tell()


def _content_range(response: requests.Response) -> tuple[int | None, int | None]:
    """The first byte and the size of the whole file by `Content-Range` (RFC 9110, 14.4); None where it is not given."""
    match = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", response.headers.get("Content-Range", ""))
    return (_number(match[1]), _number(match[2])) if match else (None, None)


def _number(text: str | None) -> int | None:
    """A header's number; None for a header that is missing or malformed."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None


def _completed(pin: ContentPin, response: requests.Response) -> ContentPin:
    """The pin, with a hub's headers for the file at that revision where the pin leaves something open."""
    headers = [step.headers for step in (*response.history, response)]
    linked = next((step for step in headers if "X-Linked-Etag" in step), None)
    if linked is not None:
        tag, size = linked["X-Linked-Etag"].strip('W/"'), linked.get("X-Linked-Size")
    elif any("X-Repo-Commit" in step for step in headers):
        tag, size = headers[-1].get("ETag", "").strip('W/"'), None
    else:
        return pin
    return ContentPin(
        pin.bytes or _number(size),
        pin.sha256 or (tag if len(tag) == 64 else None),
        tag if len(tag) == 40 else None,
    )


def _check(part: Path, pin: ContentPin, place: str) -> str:
    """The SHA-256 of a whole download; one that does not match its pin is deleted and raises `DownloadError`."""
    size, sha256 = _size(part), sha256_of(part)
    if (
        pin.bytes not in (None, size)
        or pin.sha256 not in (None, sha256)
        or (pin.git_sha1 and pin.git_sha1 != _git_sha1(part))
    ):
        raise _rejected(part, place, f"{size} bytes, SHA-256 {sha256[:12]}…")
    return sha256


def _rejected(part: Path, place: str, found: str) -> DownloadError:
    """Delete a download that does not match its pin; the error to raise."""
    part.unlink()
    return DownloadError(
        f"What came from {place} is not the pinned file ({found}) and was deleted. "
        "Try again; if it happens again, name another place with --mirror FOLDER|URL."
    )


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _git_sha1(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _cause(error: requests.RequestException) -> str:
    """A few words; the library's own messages are nested class names."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refuses"
    return str(error) if error.request is None else "no connection"
