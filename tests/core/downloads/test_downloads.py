"""Downloads from a faulty server: resumed, verified, refused, and never started except by `pull`."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.downloads import http_download, installed_models
from core.downloads.catalogue import CATALOGUE, RemoteFile, RemoteModel
from core.errors import DownloadError

CONTENT = bytes(range(256)) * 3000
"""768 kB: three pieces."""
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class FaultyServer(ThreadingHTTPServer):
    """Serves `files` with ranges. Closes the connection after `cut_after` bytes, `cuts` times; adds `headers`.

    `status` replaces the status of an answer with content. Ranges start `shift` bytes later than requested.
    """

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.cut_after, self.cuts = len(CONTENT), 0
        self.supports_ranges = True
        self.status: int | None = None
        self.shift = 0
        self.requests: list[tuple[str, str | None]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FaultyServer

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.requests.append((self.path, wanted))
        content = self.server.files.get(self.path.lstrip("/"))
        if content is None:
            self.send_error(404)
            return
        first = int(re.findall(r"\d+", wanted)[0]) if wanted and self.server.supports_ranges else 0
        if first and first >= len(content):
            self.answer(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
            return
        first += self.server.shift if first else 0
        headers = {"Content-Length": str(len(content) - first)}
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        self.answer(self.server.status or (206 if first else 200), headers)
        cutting = self.server.cuts > 0
        self.server.cuts -= cutting
        self.wfile.write(content[first : first + self.server.cut_after] if cutting else content[first:])

    def answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | self.server.headers).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as made:
        made.files["net/weights.bin"] = CONTENT
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def entry(server: FaultyServer, size: int | None = len(CONTENT), sha256: str | None = SHA256) -> RemoteModel:
    file = RemoteFile("weights.bin", f"{server.address}/net/weights.bin", size, sha256)
    return RemoteModel("net", "a test", "none", 0.8, (file,))


def test_a_model_is_downloaded_once_and_then_installed(server, home):
    reported = []
    models = (entry(server),)
    assert not installed_models.installed("net", models)
    folder = installed_models.pull("net", lambda done, total: reported.append((done, total)), models=models)
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert installed_models.installed("net", models)
    assert installed_models.verify("net", models) == []
    assert reported[-1][0] == len(CONTENT)
    assert all(done <= total for done, total in reported)
    assert reported == sorted(reported)
    installed_models.pull("net", models=models)
    assert len(server.requests) == 1


def test_an_interrupted_transfer_is_resumed(server):
    server.cuts, server.cut_after = 2, 300_000
    folder = installed_models.pull("net", models=(entry(server),))
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert [wanted for _, wanted in server.requests] == [None, "bytes=262144-", "bytes=524288-"]


def test_a_cancelled_download_is_resumed_later(server):
    class StoppedError(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done > 500_000:
            raise StoppedError

    with pytest.raises(StoppedError):
        installed_models.pull("net", stop, models=(entry(server),))
    assert not installed_models.installed("net", (entry(server),))
    installed_models.pull("net", models=(entry(server),))
    assert server.requests[-1][1] == "bytes=524288-"


def test_without_range_support_the_download_starts_anew(server):
    server.cuts, server.cut_after, server.supports_ranges = 1, 300_000, False
    folder = installed_models.pull("net", models=(entry(server),))
    assert (folder / "weights.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("wrong", [CONTENT[:-1] + b"!", CONTENT + b"more", CONTENT[:1000]])
def test_a_file_that_does_not_match_its_pin_is_deleted(server, wrong):
    server.files["net/weights.bin"] = wrong
    with pytest.raises(DownloadError, match="is not the pinned file"):
        installed_models.pull("net", models=(entry(server),))
    assert not any(installed_models.folder("net").glob("weights*"))


def write_part(content: bytes) -> None:
    part = installed_models.folder("net") / "weights.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(content)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Content-Range": "", "X-Linked-Etag": f'"{SHA256}"', "X-Linked-Size": str(len(CONTENT))}],
    ids=["content-range", "hub"],
)
def test_a_complete_partial_file_of_unpinned_size_is_kept(server, headers):
    write_part(CONTENT)
    server.headers = headers
    folder = installed_models.pull("net", models=(entry(server, None),))
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert [wanted for _, wanted in server.requests] == [f"bytes={len(CONTENT)}-"]


def test_a_refused_range_that_was_not_requested_is_reported(server, monkeypatch):
    monkeypatch.setattr(http_download, "PAUSE_S", 0.0)
    server.status = 416
    with pytest.raises(DownloadError, match="cannot be reached"):
        installed_models.pull("net", models=(entry(server),))


def test_a_transfer_larger_than_the_pin_is_stopped_and_deleted(server):
    server.files["net/weights.bin"] = CONTENT * 50
    reported = []
    with pytest.raises(DownloadError, match=rf"more than {len(CONTENT)} bytes\) and was deleted") as caught:
        installed_models.pull("net", lambda done, _total: reported.append(done), models=(entry(server),))
    assert "\n" not in str(caught.value)
    assert max(reported) <= len(CONTENT)
    assert list(installed_models.folder("net").iterdir()) == []


@pytest.mark.parametrize("content_range", [None, "", "bytes */768000", "nonsense"])
def test_a_range_other_than_requested_starts_the_download_anew(server, content_range):
    write_part(CONTENT[:1000])
    server.shift = 10
    if content_range is not None:
        server.headers = {"Content-Range": content_range}
    folder = installed_models.pull("net", models=(entry(server, sha256=None),))
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert [wanted for _, wanted in server.requests] == ["bytes=1000-", None]


def test_a_server_that_always_breaks_off_and_sends_other_ranges_is_given_up(server, monkeypatch):
    monkeypatch.setattr(http_download, "PAUSE_S", 0.0)
    server.shift, server.cuts, server.cut_after = 10, 100, 300_000
    with pytest.raises(DownloadError, match="cannot be reached"):
        installed_models.pull("net", models=(entry(server),))
    assert len(server.requests) < 10


@pytest.mark.parametrize("status", [201, 203, 300, 302, 304])
def test_any_other_status_is_an_error_and_stores_nothing(server, status):
    server.status = status
    with pytest.raises(DownloadError, match=f"answered {status}"):
        installed_models.pull("net", models=(entry(server, None, None),))
    assert list(installed_models.folder("net").iterdir()) == []


@pytest.mark.parametrize("number", ["abc", "-1", "9" * 5000])
@pytest.mark.parametrize("name", ["Content-Length", "X-Linked-Size"])
def test_a_malformed_size_in_a_header_is_ignored(server, name, number):
    server.headers = {"X-Linked-Etag": f'"{SHA256}"', name: number}
    folder = installed_models.pull("net", models=(entry(server, None, None),))
    assert (folder / "weights.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("location", ["http://[bad/", "http://a:port/", "ftp://host/file", "\xff"])
def test_a_redirect_to_no_address_is_reported(server, location):
    server.status, server.headers = 302, {"Location": location}
    with pytest.raises(DownloadError, match=r"redirects to one that is not.*--mirror"):
        installed_models.pull("net", models=(entry(server),))
    assert len(server.requests) == 1


def test_a_partial_file_longer_than_the_file_is_downloaded_anew(server):
    write_part(CONTENT * 2)
    folder = installed_models.pull("net", models=(entry(server),))
    assert (folder / "weights.bin").read_bytes() == CONTENT


def test_a_complete_partial_file_needs_no_network(server):
    write_part(CONTENT)
    installed_models.pull("net", models=(entry(server),))
    assert server.requests == []


def test_a_missing_file_is_reported_without_a_retry(server):
    server.files.clear()
    with pytest.raises(DownloadError, match="answered 404"):
        installed_models.pull("net", models=(entry(server),))
    assert len(server.requests) == 1


def test_a_refused_connection_is_reported_in_one_sentence(server):
    model = entry(server)
    server.server_close()
    with pytest.raises(DownloadError, match=r"cannot be reached \(no connection\)") as caught:
        installed_models.pull("net", models=(model,))
    assert "--mirror" in str(caught.value)


@pytest.mark.parametrize("taken", ["home", "home/models", "home/models/net"])
def test_a_folder_that_cannot_be_written_is_reported(server, tmp_path, taken):
    (tmp_path / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / taken).write_text("a file in the place of the folder", encoding="utf-8")
    with pytest.raises(DownloadError, match=r"cannot be written \(.*EDU_EMOTIONNET_HOME"):
        installed_models.pull("net", models=(entry(server),))
    assert server.requests == []


@pytest.mark.parametrize("as_address", [True, False])
def test_a_mirror_is_used_instead(server, tmp_path, as_address):
    mirror = tmp_path / "mirror"
    (mirror / "net").mkdir(parents=True)
    (mirror / "net" / "weights.bin").write_bytes(CONTENT)
    unreachable = RemoteFile("weights.bin", "http://127.0.0.1:9/never", len(CONTENT), SHA256)
    models = (RemoteModel("net", "a test", "none", 0.8, (unreachable,)),)
    installed_models.pull("net", mirror=server.address + "/" if as_address else str(mirror), models=models)
    assert installed_models.verify("net", models) == []


def test_a_mirror_without_the_file_names_the_expected_path(server, tmp_path):
    with pytest.raises(DownloadError, match=r"net/weights\.bin is not there"):
        installed_models.pull("net", mirror=str(tmp_path), models=(entry(server),))


def test_an_unpinned_file_is_checked_against_the_hubs_sha256(server):
    model = entry(server, None, None)
    server.headers = {"X-Linked-Etag": f'"{"0" * 64}"', "X-Linked-Size": str(len(CONTENT))}
    with pytest.raises(DownloadError, match="is not the pinned file"):
        installed_models.pull("net", models=(model,))
    server.headers["X-Linked-Etag"] = f'"{SHA256}"'
    installed_models.pull("net", models=(model,))
    assert (installed_models.folder("net") / "SHA256SUMS").read_text() == f"{SHA256}  weights.bin\n"


def test_a_small_file_is_checked_against_the_hubs_git_sha1(server):
    model = entry(server, None, None)
    server.headers = {"X-Repo-Commit": "abc", "ETag": f'"{"0" * 40}"'}
    with pytest.raises(DownloadError, match="is not the pinned file"):
        installed_models.pull("net", models=(model,))
    git = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT, usedforsecurity=False).hexdigest()
    server.headers["ETag"] = f'"{git}"'
    installed_models.pull("net", models=(model,))
    assert installed_models.installed("net", (model,))


def test_a_file_that_changed_later_is_found_without_the_network(server):
    models = (entry(server, None, None),)
    (installed_models.pull("net", models=models) / "weights.bin").write_bytes(b"other")
    before = len(server.requests)
    assert installed_models.verify("net", models) == ["weights.bin"]
    assert len(server.requests) == before


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()


def zipped_entry(server: FaultyServer, content: bytes) -> tuple[RemoteModel, ...]:
    server.files["net.zip"] = content
    file = RemoteFile("net.zip", f"{server.address}/net.zip", len(content), hashlib.sha256(content).hexdigest())
    return (RemoteModel("net", "a test", "none", 0.1, (file,), archive=True, proof="am/final.mdl"),)


def test_an_archive_is_unpacked_without_leftovers(server, home):
    models = zipped_entry(server, archive(**{"net/am/final.mdl": b"model", "net/README": b"words"}))
    folder = installed_models.pull("net", models=models)
    assert (folder / "am" / "final.mdl").read_bytes() == b"model"
    assert installed_models.installed("net", models)
    assert installed_models.verify("net", models) == []
    assert [path.name for path in (home / "models").iterdir()] == ["net"]


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "net/../../evil", "C:/evil", "net\\..\\..\\evil"])
def test_an_archive_that_writes_outside_its_folder_is_refused(server, home, name):
    models = zipped_entry(server, archive(**{"net/am/final.mdl": b"model", name: b"evil"}))
    with pytest.raises(DownloadError, match="wants to write to"):
        installed_models.pull("net", models=models)
    assert not installed_models.installed("net", models)
    assert list(home.parent.rglob("evil")) == []


@pytest.mark.parametrize("name", ["./", ".", "NUL"])
def test_an_archive_with_a_nameless_member_is_refused(server, name):
    content = archive(**{"net/am/final.mdl": b"model", name: b""})
    models = zipped_entry(server, content.replace(b"NUL", b"\0UL"))  # A name is read up to NUL: here the empty one.
    with pytest.raises(DownloadError, match="wants to write to"):
        installed_models.pull("net", models=models)
    assert not installed_models.installed("net", models)


@pytest.mark.parametrize(("offset", "value", "reason"), [(8, 1, "encrypted"), (10, 77, "compression method")])
def test_an_archive_that_cannot_be_read_is_refused(server, offset, value, reason):
    content = bytearray(archive(**{"net/am/final.mdl": b"model"}))
    content[content.index(b"PK\x01\x02") + offset] = value  # The member's flags or method in the central directory.
    models = zipped_entry(server, bytes(content))
    with pytest.raises(DownloadError, match=rf"net\.zip cannot be unpacked \(.*{reason}.*--mirror"):
        installed_models.pull("net", models=models)
    assert not installed_models.installed("net", models)


@pytest.mark.parametrize("content", [b"no zip at all", archive(other=b"something else")])
def test_an_archive_without_the_model_is_refused(server, content):
    with pytest.raises(DownloadError, match=r"net\.zip"):
        installed_models.pull("net", models=zipped_entry(server, content))


def test_an_archive_that_unpacks_to_far_more_than_the_model_is_refused(server):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("net/am/final.mdl", bytes(10_000_000))
    with pytest.raises(DownloadError, match="larger when unpacked"):
        installed_models.pull("net", models=zipped_entry(server, bomb.getvalue()))


def test_too_little_free_space_is_reported_before_any_request(server):
    huge = RemoteModel("net", "a test", "none", 1e12, entry(server).files)
    with pytest.raises(DownloadError, match="MB are free"):
        installed_models.pull("net", models=(huge,))
    assert server.requests == []


def test_an_unknown_name_lists_the_known_names():
    with pytest.raises(DownloadError, match=r"There is no model 'whisper'.*vosk-model-small-en-us-0\.15"):
        installed_models.pull("whisper")


def test_the_catalogue_is_pinned():
    assert len({model.name for model in CATALOGUE}) == len(CATALOGUE)
    for model in CATALOGUE:
        assert model.licence
        assert all(file.url.startswith("https://") for file in model.files)
        for file in model.files:
            assert file.sha256 or re.search(r"/resolve/[0-9a-f]{40}/", file.url)
        assert not installed_models.installed(model.name)


@settings(deadline=None, max_examples=20)
@given(st.binary(max_size=2000))
def test_any_content_is_copied_and_hashed(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("copy")
    (folder / "source").write_bytes(content)
    seen: list[int] = []
    sha256 = http_download.fetch(str(folder / "source"), folder / "target", http_download.ContentPin(), seen.append)
    assert (folder / "target").read_bytes() == content
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert not (folder / "target.part").exists()
