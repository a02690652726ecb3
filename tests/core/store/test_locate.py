"""A session is found by its file, one outside the library is told apart, and anything else gets one sentence."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store.locate import LocatedSession, locate
from tests.support.session_libraries import store_session
from tests.support.stored_sessions import stored_session

ID = "20261120T101500Z-bbbb03"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    store_session(stored_session(30.0, id=ID), tmp_path / "sessions")
    return tmp_path / "sessions"


@pytest.mark.parametrize("name", ["session.db", ""])
def test_database_and_folder_name_the_session(library: Path, name: str):
    assert locate(library / ID / name, library) == LocatedSession(session_id=ID)


def test_a_path_through_a_link_names_the_session(library: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(library, target_is_directory=True)
    assert locate(tmp_path / "link" / ID / "session.db", library).session_id == ID


@pytest.mark.parametrize(
    "copy", ["elsewhere/session.db", "renamed.db", "sessions/session.db", "sessions/a/b/session.db"]
)
def test_a_session_outside_the_library_says_where_it_is_and_what_to_do(library: Path, tmp_path: Path, copy: str):
    file = tmp_path / copy
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(library / ID / "session.db", file)
    located = locate(file, library)
    assert located.session_id == ""
    assert str(file.parent) in located.elsewhere
    assert f"copy that folder into {library}" in located.elsewhere


def test_what_is_no_session_gets_one_sentence(library: Path, tmp_path: Path):
    other = tmp_path / "session.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE facts (key TEXT)")
    for file in (other, tmp_path):
        with pytest.raises(StoreError, match="is not a session of this program"):
            locate(file, library)
    (tmp_path / "ring").symlink_to("ring")
    for file in (tmp_path / "gone.db", library, tmp_path / "ring"):
        with pytest.raises(StoreError, match="There is no session at"):
            locate(file, library)
