"""The `sessions` commands on stored sessions: found by a part of the id, shown, exported, compared, erased."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import pyxdf
from click.testing import Result
from typer.testing import CliRunner

from app.__main__ import cli
from core.features.load_model import open_live
from core.settings import ModelSettings
from core.store.session_library import SessionLibrary
from core.types import STATES
from tests.support.session_libraries import store_session
from tests.support.stored_sessions import stored_features, stored_session

FIRST, SECOND, LAST = "20261118T090000Z-aaaa01", "20261119T090000Z-aaaa02", "20261120T101500Z-bbbb03"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "sessions"


@pytest.fixture
def stored(home: Path) -> Path:
    """Three sessions, two of them of one participant."""
    for name, participant in ((FIRST, ""), (SECOND, "P07"), (LAST, "P07")):
        store_session(stored_session(60.0, id=name, participant=participant), home)
    return home


def run(*arguments: str | Path, answer: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["sessions", *map(str, arguments)], input=answer)


def sentence(ended: Result) -> str:
    lines = ended.stderr.strip().splitlines()
    assert ended.exit_code == 2
    assert len(lines) == 1, ended.stderr
    return lines[0]


def test_an_empty_library_is_reported(home: Path):
    assert "No session is stored." in run("list").stdout
    assert "No session is stored yet" in sentence(run("show", "last"))
    assert "No session is stored." in run("erase", "--all").stdout


def test_the_list_has_the_newest_first_and_can_be_searched(stored: Path):
    shown = run("list").stdout
    assert shown.index(LAST) < shown.index(SECOND) < shown.index(FIRST)
    assert "0:01:00 · " in shown.splitlines()[0]
    assert "P07 · 117 steps · 7 own reports" in shown.splitlines()[0]
    assert run("list", "p07").stdout.count("-aaaa") == 1
    assert "No session contains all these words." in run("list", "geology").stdout


@pytest.mark.parametrize("short", ["last", LAST, "20261120", "bbbb03"])
def test_a_session_is_found_by_a_part_of_its_id_and_summarised(stored: Path, short: str):
    shown = run("show", short)
    assert shown.exit_code == 0, shown.stderr
    assert LAST in shown.stdout
    assert "Estimates how expressions may be read. It can be wrong." in shown.stdout
    for said in (*STATES, "Undecided", "Longest stretch", "picture", "voice", "task 2 <shown>", "Curious at"):
        assert said in shown.stdout


def test_an_ambiguous_or_unknown_id_gets_one_sentence(stored: Path):
    assert "matches 3 sessions" in sentence(run("show", "2026"))
    assert "There is no session 'zzz'" in sentence(run("export", "zzz", "--to", "csv", "--out", "x"))


def test_every_kind_is_exported(stored: Path, tmp_path: Path):
    out = tmp_path / "out"
    written = run("export", "last", "--to", "csv", "--out", out).stdout.split()
    assert {Path(file).name for file in written} == {"steps.csv", "words.csv", "entries.csv"}
    with (out / f"{LAST}-csv" / "steps.csv").open(encoding="utf-8") as text:
        assert len(list(csv.DictReader(text))) == len(stored_session(60.0).steps)
    assert (out / f"{LAST}-parquet" / "steps.parquet") in map(
        Path, run("export", "last", "--to", "parquet", "--out", out).stdout.split()
    )
    run("export", "last", "--to", "xdf", "--out", out / "session.xdf")
    assert len(pyxdf.load_xdf(str(out / "session.xdf"))[0]) == 7
    assert run("export", "last", "--to", "html", "--out", out).stdout.strip() == str(out / f"{LAST}.html")
    for kind in ("vtt", "srt"):
        assert run("export", "last", "--to", kind, "--out", out).stdout.strip() == str(out / f"{LAST}.{kind}")
    assert "not a kind of export" in sentence(run("export", "last", "--to", "pdf", "--out", out))


def test_tables_of_one_session_do_not_replace_those_of_another(stored: Path, tmp_path: Path):
    files = [
        Path(file)
        for name in (FIRST, LAST)
        for file in run("export", name, "--to", "csv", "--out", tmp_path / "out").stdout.split()
    ]
    assert len(set(files)) == 6
    steps = [file.read_text(encoding="utf-8") for file in files if file.name == "steps.csv"]
    assert [FIRST in text for text in steps] == [True, False]


def test_forgetting_words_keeps_everything_else(stored: Path):
    library = SessionLibrary(stored)
    before = library.read(LAST)
    refused = run("forget-words", "last", answer="n\n")
    assert (refused.exit_code, library.read(LAST).line.words) == (1, before.line.words)
    assert f"Erase {before.line.words} recognised words" in refused.stdout
    assert run("forget-words", "last", "--yes").exit_code == 0
    after = SessionLibrary(stored).read(LAST)
    assert (after.words, after.reports, len(after.steps)) == ((), before.reports, len(before.steps))
    assert "derivative" not in (stored / LAST / "session.db").read_bytes().decode("latin-1")
    assert "has no stored words" in run("forget-words", "last").stdout


def test_a_session_is_compared_with_the_shipped_checkpoint(home: Path, tmp_path: Path):
    model, _ = open_live(ModelSettings(device="cpu"))
    session = stored_session(60.0, id=LAST)
    session = replace(session, facts=replace(session.facts, encoders=model.encoders))
    store_session(session, home, stored_features(session, encoders=model.encoders))
    compared = run("compare", "last", "--device", "cpu")
    assert compared.exit_code == 0, compared.stderr
    for said in ("The same state in", f"of {len(session.steps)} steps", "then", "now", "They differ most"):
        assert said in compared.stdout
    assert "No checkpoint at" in sentence(run("compare", "last", "--checkpoint", tmp_path))


def test_a_session_without_features_cannot_be_compared(stored: Path):
    assert "has no stored features" in sentence(run("compare", "last"))


def test_erasing_needs_a_confirmation(stored: Path):
    refused = run("erase", "last", answer="n\n")
    assert refused.exit_code == 1
    assert "Nothing was erased." in refused.stdout
    assert (stored / LAST).is_dir()
    assert run("erase", "last", answer="y\n").exit_code == 0
    assert not (stored / LAST).exists()


def test_a_participant_and_everything_can_be_erased(stored: Path):
    assert "2 sessions erased." in run("erase", "--participant", "P07", "--yes").stdout
    assert [folder.name for folder in stored.iterdir()] == [FIRST]
    assert "No session of participant P07" in run("erase", "--participant", "P07", "--yes").stdout
    assert "1 session erased." in run("erase", "--all", "--yes").stdout
    assert list(stored.iterdir()) == []


@pytest.mark.parametrize("arguments", [(), ("last", "--all"), ("--participant", "P", "--all")])
def test_exactly_one_choice_of_what_to_erase_is_required(stored: Path, arguments: tuple[str, ...]):
    assert "Choose what to erase" in sentence(run("erase", *arguments, "--yes"))
    assert len(list(stored.iterdir())) == 3


def test_a_damaged_session_is_listed_with_its_problem(stored: Path, tmp_path: Path):
    (stored / LAST / "session.db").write_bytes(b"no database at all" * 100)
    problem = run("list").stdout.splitlines()[0].removeprefix(f"{LAST}  ")
    assert problem == sentence(run("show", "last"))
    assert problem == sentence(run("export", "last", "--to", "html", "--out", tmp_path))
