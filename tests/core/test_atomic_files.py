"""A file is replaced whole or not at all, and why not is one sentence."""

from __future__ import annotations

import errno

import pytest

from core.atomic_files import replace_file, replace_text
from core.errors import MonitorError, SettingsError
from core.reporting.run_report import RunReport, write
from core.settings import Settings, save
from core.status import EngineStatus

REPORT = RunReport(EngineStatus(), {}, (1.0, 2.0))


def test_the_folder_is_made_and_nothing_else_is_left_or_touched(tmp_path):
    path = tmp_path / "new" / "run.json"
    path.parent.mkdir()
    (path.parent / "run.new").write_text("the user's own")
    write(REPORT, path)
    write(REPORT, path)
    assert sorted(file.name for file in path.parent.iterdir()) == ["run.json", "run.new"]
    assert (path.parent / "run.new").read_text() == "the user's own"


def test_a_writer_that_fails_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def runs_out_of_disk(fresh):
        fresh.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(MonitorError, match=r"table\.csv cannot be written \(No space left on device\)"):
        replace_file(path, runs_out_of_disk)
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]
    assert path.read_text() == "old"


def test_a_writer_that_says_only_a_sentence_is_quoted(tmp_path):
    def says(_fresh):
        raise OSError("the codec is not built in")

    with pytest.raises(MonitorError, match="the codec is not built in"):
        replace_file(tmp_path / "x", says)


def test_a_folder_in_the_way_is_said_in_the_kind_that_was_asked_for(tmp_path):
    with pytest.raises(SettingsError, match="cannot be written"):
        replace_text(tmp_path, "text", SettingsError)


def test_a_file_in_place_of_a_folder_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        save(Settings(), tmp_path / "file" / "settings.toml")
    with pytest.raises(MonitorError, match="cannot be written"):
        write(REPORT, tmp_path / "file" / "report.json")
