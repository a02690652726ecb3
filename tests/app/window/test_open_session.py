"""The window opened with a stored session, as a file manager does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.review.text import CHOOSE, DRAWN
from app.window.main_window import MainWindow
from app.window.startup import WindowOptions, open_window, show_stored
from core import paths
from core.settings import Settings
from core.store.locate import locate
from tests.app.library_windows import dated, put
from tests.app.pointer import click
from tests.support.stored_sessions import stored_session

NEWEST, OLDEST = "20261122-083000-aaaa", "20261120-100000-cccc"


@pytest.fixture
def library(home: Path) -> Path:
    for session_id in (NEWEST, OLDEST):
        put(paths.sessions(), dated(stored_session(60.0), session_id, "2026-11-20T10:00:00+00:00"))
    return paths.sessions()


@pytest.mark.parametrize("purpose", ["self", "demo"])
def test_it_is_shown_in_review_whatever_the_purpose(library: Path, open_window, qtbot, purpose: str) -> None:
    window = open_window(purpose)
    show_stored(window, locate(library / OLDEST / "session.db", library))
    qtbot.waitUntil(lambda: window.review.session.id == OLDEST)
    assert window.pages.name == "Review"
    assert window.review.list.current.id == OLDEST
    assert window.banner.text == ""


@pytest.mark.parametrize("purpose", ["self", "demo"])
def test_on_the_first_start_it_is_shown_once_a_purpose_is_chosen(
    library: Path, open_window, qtbot, purpose: str
) -> None:
    window = open_window("unset")
    show_stored(window, locate(library / OLDEST, library))
    assert window.pages.name == "First"
    click(window, window.first.cards[purpose])
    click(window, window.first.go)
    assert window.pages.name == "Review"
    qtbot.waitUntil(lambda: window.review.session.id == OLDEST)
    assert window.review.list.current.id == OLDEST


def test_one_from_elsewhere_is_explained_until_another_page_is_chosen(
    library: Path, tmp_path: Path, open_window: Callable[..., MainWindow], qtbot
) -> None:
    put(tmp_path / "disk", stored_session(60.0))
    (folder,) = (tmp_path / "disk").iterdir()
    window = open_window()
    show_stored(window, locate(folder, library))
    assert f"This session lies in {folder}" in window.banner.text
    qtbot.waitUntil(lambda: window.review.session.hint.text() == CHOOSE)
    window.review.refresh()
    qtbot.waitUntil(lambda: not window.controller.jobs.busy)
    assert len(window.review.list.lines) == 2
    assert window.review.list.current is None
    assert window.review.session.opened is None
    click(window, window.header.tabs["Live"])
    assert window.banner.text == ""
    click(window, window.header.tabs["Review"])
    window.review.open_session(NEWEST)
    qtbot.waitUntil(lambda: window.review.session.id == NEWEST)


def test_review_says_when_it_shows_the_drawn_learners_sessions_only(library: Path, open_window, qtbot) -> None:
    window = open_window()
    window.open_page("Review")
    assert not window.review.whose.isVisible()
    window.controller.choose_input("demo")
    window.open_page("Review")
    qtbot.waitUntil(window.review.whose.isVisible)
    assert window.review.whose.text() == DRAWN
    window.controller.choose_input("devices")
    qtbot.waitUntil(lambda: not window.review.whose.isVisible())


def test_a_window_with_a_stored_session_starts_none(library: Path, tmp_path: Path, qtbot) -> None:
    picture = tmp_path / "window.png"
    options = WindowOptions(quit_after_s=0.5, screenshot=picture)
    assert open_window(replace(Settings(), purpose="self"), stored=library / OLDEST, options=options) == 0
    assert picture.exists()
    assert sorted(folder.name for folder in library.iterdir()) == [OLDEST, NEWEST]
