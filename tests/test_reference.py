"""The reference pages are complete and right: settings, files and tables of a session, columns, lab streams, pages."""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from core.export import xdf
from core.export.clip_table import Provenance, clip_table
from core.export.session_tables import session_tables
from core.lab.streams import open_outlets
from core.session_observer import SessionFacts
from core.settings import Settings, changed, problems
from core.store import schema
from core.store.layout import DATABASE, LATE_MEDIA, MEDIA
from tests.app.library_windows import estimates
from tests.support.stored_sessions import stored_session

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
NAME = re.compile(r"`([^`]+)`")

Row = tuple[str, ...]


def sections(page: str) -> dict[str, list[Row]]:
    """The rows of the tables below each heading, their heads left out; a heading in backticks by what is in them."""
    found: dict[str, list[Row]] = {}
    heading = ""
    for line in (REFERENCE / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip("`")
        elif line.startswith("| `"):
            cells = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])
            found.setdefault(heading, []).append(tuple(cells))
    return found


def names(rows: list[Row]) -> list[str]:
    """All names in the first cells, in order."""
    return [name for row in rows for name in NAME.findall(row[0])]


# -- settings ----------------------------------------------------------------------------------------------------------


def setting_rows() -> dict[tuple[str, str], Row]:
    """Group ("" for the top level) and name of each documented setting, and its row."""
    rows = {}
    for heading, entries in sections("settings.md").items():
        group = re.match(r"\[(\w+)\]", heading)
        rows |= {(group[1] if group else "", name): row for row in entries for name in NAME.findall(row[0])}
    return rows


def real_settings() -> dict[tuple[str, str], object]:
    """Every setting with its default."""
    found: dict[tuple[str, str], object] = {}
    for entry in fields(Settings):
        value = getattr(Settings(), entry.name)
        if is_dataclass(value):
            found |= {(entry.name, inner.name): getattr(value, inner.name) for inner in fields(value)}
        else:
            found["", entry.name] = value
    return found


SETTINGS = real_settings()


def test_every_setting_is_documented():
    assert len(SETTINGS) > 25
    assert set(setting_rows()) == set(SETTINGS)


@pytest.mark.parametrize("key", SETTINGS, ids=lambda key: ".".join(key).strip("."))
def test_a_setting_is_described_as_it_is(key: tuple[str, str]):
    group, name = key
    _, default, allowed, meaning = setting_rows()[key]

    def refused(value: object) -> bool:
        return bool(problems(changed(Settings(), group, {name: value})))

    assert tomllib.loads(f"value = {default.strip('`')}")["value"] == SETTINGS[key]
    assert meaning
    if limits := re.fullmatch(r"([\d.]+) to ([\d.]+)", allowed):
        low, high = map(float, limits.groups())
        assert [refused(value) for value in (low, high, low - 0.001, high + 0.001)] == [False, False, True, True]
    elif choices := re.findall(r'`"(\w+)"`', allowed):
        assert [choice for choice in choices if refused(choice)] == []
        assert refused("something else")
    else:
        assert allowed == {bool: "true, false", str: "text"}[type(SETTINGS[key])]
        assert not refused("any text")


# -- stored sessions ---------------------------------------------------------------------------------------------------


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:")
    for statement in (statement for migration in schema.MIGRATIONS for statement in migration):
        db.execute(statement)
    yield db
    db.close()


def test_every_table_and_column_is_documented(database: sqlite3.Connection):
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    documented = sections("sessions.md")
    assert len(tables) > 8
    for table in tables:
        columns = {row[1]: row[2] for row in database.execute(f"PRAGMA table_info({table})")}
        described = {name: row[1] for row in documented[table] if len(row) == 3 for name in NAME.findall(row[0])}
        assert described == columns, table


def test_every_fact_is_documented():
    facts = [row for row in sections("sessions.md")["facts"] if len(row) == 2]
    assert set(names(facts)) == {entry.name for entry in fields(SessionFacts)} | {"title", "note", "complete"}


def test_every_file_of_a_session_is_documented():
    assert set(names(sections("sessions.md")["Stored sessions"])) == {
        DATABASE,
        f"{DATABASE}-wal",
        f"{DATABASE}-shm",
        MEDIA,
        LATE_MEDIA,
    }


def test_every_xdf_stream_is_documented():
    streams = xdf.streams(stored_session(30.0))
    rows = {name: row[1] for row in sections("sessions.md")["Exports"] for name in NAME.findall(row[0])}
    assert rows == {stream.name: stream.kind for stream in streams}


# -- columns of tables -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", session_tables(stored_session(30.0, explained=True)), ids=lambda table: table.name)
def test_every_column_of_an_exported_session_is_documented(table):
    assert names(sections("tables.md")[table.name]) == list(table.columns)


def test_every_column_of_an_analysed_recording_is_documented():
    table = clip_table(list(estimates(stored_session(30.0), None)))
    page = (REFERENCE / "tables.md").read_text(encoding="utf-8")
    assert set(names(sections("tables.md")[table.name])) == set(table.columns)
    provenance = Provenance("clip.mp4", "compact", "0" * 64, "PocketSphinx", 0.5)
    assert "the last columns repeat " + ", ".join(f"`{name}`" for name in provenance.columns()).replace(
        ", `version`", " and `version`"
    ) in page.replace("\n", " ")


# -- lab streams -------------------------------------------------------------------------------------------------------


def test_every_lab_stream_is_documented():
    from tests.support.lsl import keep_private

    keep_private()
    documented = sections("lsl.md")
    page = (REFERENCE / "lsl.md").read_text(encoding="utf-8")
    outlets = open_outlets(SessionFacts("20261122T183705Z-3f9a1c", "2026-11-22T18:37:05+00:00"))
    for outlet in (outlets.states, outlets.weights, outlets.markers):
        info = Xml.fromstring(outlet.get_info().as_xml())
        name, kind, form = (info.findtext(tag) for tag in ("name", "type", "channel_format"))
        channels = {channel.findtext("label"): channel.findtext("unit") for channel in info.iter("channel")}
        assert {each: row[1] for row in documented[name] for each in NAME.findall(row[0])} == channels
        assert f"### `{name}`\n\nType `{kind}`, format `{form}`" in page
        described = {entry.tag for entry in info.find("desc/acquisition")}
        assert set(names(documented["Description"])) == described
    assert len(documented) == 4
