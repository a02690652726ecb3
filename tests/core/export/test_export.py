"""Exported files of a session, read back with common tools: equal in every value."""

import csv
import json
import os
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
import pyxdf
from pyarrow import parquet

from core.analysis.transcript import read_words
from core.errors import StoreError
from core.export import KINDS, export
from core.export.subtitles import SUBTITLE_KINDS
from core.reporting.versions import PROGRAM
from core.review.state_stretches import names
from core.store.stored_session import StoredSession
from core.types import MODALITIES, STATES, Marker, TranscriptWord, Word
from tests.support.stored_sessions import HOP_S, stored_session

THREE_HOURS_S = 3 * 3600.0


@pytest.fixture(scope="module")
def session() -> StoredSession:
    return stored_session(300.0, explained=True)


def empty(session: StoredSession) -> StoredSession:
    steps = replace(session.steps, **{name: getattr(session.steps, name)[:0] for name in session.steps.__slots__})
    line = replace(session.line, duration_s=0.0, complete=False)
    nothing: dict[str, Any] = dict.fromkeys(("transcript", "markers", "reports", "activities", "events"), ())
    return replace(session, line=line, steps=steps, timing={}, **nothing)


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


# --- all kinds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_private_and_replaced_in_one_step(session: StoredSession, kind: str, tmp_path: Path):
    target = tmp_path / ("tables" if kind in ("csv", "parquet") else f"session.{kind}")
    written = export(session, kind, target)
    assert written == export(session, kind, target)
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {file.name for file in written}
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in written} == {0o600}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SUBTITLE_KINDS])
def test_an_empty_session_can_be_exported(session: StoredSession, kind: str, tmp_path: Path):
    assert all(file.stat().st_size for file in export(empty(session), kind, tmp_path))


@pytest.mark.parametrize("kind", SUBTITLE_KINDS)
def test_a_session_without_words_has_no_subtitles(session: StoredSession, kind: str, tmp_path: Path):
    with pytest.raises(StoreError, match="no stored words"):
        export(empty(session), kind, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", SUBTITLE_KINDS)
def test_a_session_whose_words_were_all_not_said_has_no_subtitles(session: StoredSession, kind: str, tmp_path: Path):
    unsaid = tuple(replace(word, by_hand="") for word in session.transcript)
    with pytest.raises(StoreError, match=r"^Every word of session \S+ was marked as not said"):
        export(replace(session, transcript=unsaid), kind, tmp_path / f"words.{kind}")
    assert not list(tmp_path.iterdir())


def test_every_export_has_the_corrected_words(session: StoredSession, tmp_path: Path):
    first, second, *others = session.transcript
    corrected = replace(session, transcript=(replace(first, by_hand="zebra"), replace(second, by_hand=""), *others))
    for kind in ("vtt", "srt", "csv"):
        file = next(file for file in export(corrected, kind, tmp_path) if file.stem not in ("steps", "entries"))
        assert [word.text for word in read_words(file)] == [word.text for word in corrected.words]
    rows = read_csv(tmp_path / "words.csv")[:3]
    assert [row["word"] for row in rows] == [word.heard.text for word in session.transcript[:3]]
    assert [row["corrected_text"] for row in rows] == ["zebra", "", others[0].text]
    assert [row["corrected"] for row in rows] == ["true", "true", "false"]
    assert "zebra" in export(corrected, "html", tmp_path)[0].read_text(encoding="utf-8")
    assert b"zebra" in export(corrected, "xdf", tmp_path)[0].read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_with_a_problem_is_refused_in_a_sentence(session: StoredSession, kind: str, tmp_path: Path):
    broken = replace(session, line=replace(session.line, problem="its file is damaged. Erase it."))
    with pytest.raises(StoreError, match="cannot be exported: its file is damaged"):
        export(broken, kind, tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_unknown_kind_and_a_wrong_target_are_refused(session: StoredSession, tmp_path: Path):
    with pytest.raises(StoreError, match="not a kind of export"):
        export(session, "edf", tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="is a file"):
        export(session, "csv", tmp_path / "file")
    with pytest.raises(StoreError, match="cannot be written"):
        export(session, "xdf", tmp_path / "file" / "session.xdf")


# --- tables -------------------------------------------------------------------------------------------------------


def test_csv_names_the_version_that_computed_and_no_other(session: StoredSession, tmp_path: Path):
    older = {**session.facts.versions, PROGRAM: "0.0.7"}
    session = replace(session, facts=replace(session.facts, versions=older))
    steps = read_csv(export(session, "csv", tmp_path)[0])
    assert {row["version"] for row in steps} == {"0.0.7"}


def test_csv_holds_every_step_word_and_entry(session: StoredSession, tmp_path: Path):
    steps, words, entries = (read_csv(file) for file in export(session, "csv", tmp_path / "new" / "folder"))
    assert (len(steps), len(words)) == (len(session.steps), len(session.words))
    assert len(entries) == sum(map(len, (session.markers, session.reports, session.activities, session.events)))
    np.testing.assert_array_equal([float(row["t_s"]) for row in steps], session.steps.t_s)
    bored = [float(row["p_bored"] or "nan") for row in steps]
    np.testing.assert_array_equal(np.array(bored, np.float32), session.steps.probabilities[:, 2])
    named = [STATES.index(row["state"]) if row["state"] else -1 for row in steps]
    np.testing.assert_array_equal(named, names(session.steps))
    assert {row["abstains"] for row in steps} == {"", "evidence is weak", "no face, no voice, no words"}
    assert float(words[3]["start_s"]) == session.words[3].start_s
    assert [row["t_s"] for row in entries] == sorted((row["t_s"] for row in entries), key=float)
    assert {row["text"] for row in entries if row["entry"] == "marker"} == {mark.label for mark in session.markers}


def test_missing_explanations_have_no_columns(tmp_path: Path, session: StoredSession):
    plain = parquet.read_table(export(stored_session(60.0), "parquet", tmp_path / "plain")[0])
    explained = parquet.read_table(export(session, "parquet", tmp_path / "explained")[0])
    more = set(explained.column_names) - set(plain.column_names)
    assert {"p_evidence_bored", "p_without_visual_curious", "told_audio_by_text"} <= more
    assert len(more) == 4 + 12 + 9


def test_parquet_holds_the_same_values_and_the_session_as_metadata(session: StoredSession, tmp_path: Path):
    files = export(session, "parquet", tmp_path)
    table = parquet.read_table(files[0])
    weights = np.stack([table[f"weight_{m}"].to_numpy() for m in MODALITIES], axis=1)
    np.testing.assert_array_equal(weights, session.steps.weights)
    assert table["p_confused"].null_count == np.isnan(session.steps.probabilities[:, 0]).sum()
    about = json.loads(table.schema.metadata[b"session"])
    assert about["checkpoint_sha256"] == session.facts.checkpoint_sha256
    assert about["timing"] == session.timing
    assert [file.name for file in files] == ["steps.parquet", "words.parquet", "entries.parquet"]


# --- XDF ----------------------------------------------------------------------------------------------------------


def streams_of(file: Path) -> dict[str, dict[str, Any]]:
    return {stream["info"]["name"][0]: stream for stream in pyxdf.load_xdf(str(file))[0]}


def test_xdf_is_read_by_pyxdf_with_equal_values_and_times(session: StoredSession, tmp_path: Path):
    (file,) = export(session, "xdf", tmp_path / "session.xdf")
    found = streams_of(file)
    for name, values, labels in (
        ("Estimates", session.steps.probabilities, STATES),
        ("Weights", session.steps.weights, MODALITIES),
    ):
        stream = found[name]
        np.testing.assert_array_equal(stream["time_series"], values)
        np.testing.assert_array_equal(stream["time_stamps"], session.steps.t_s)
        channels = stream["info"]["desc"][0]["channels"][0]["channel"]
        assert [channel["label"][0] for channel in channels] == list(labels)
        assert stream["footer"]["info"]["sample_count"] == [str(len(values))]
    assert [row[0] for row in found["Words"]["time_series"]] == [word.text for word in session.words]
    np.testing.assert_array_equal(found["Words"]["time_stamps"], [word.start_s for word in session.words])
    assert [row[0] for row in found["Markers"]["time_series"]] == [mark.label for mark in session.markers]
    assert [row[0] for row in found["OwnReports"]["time_series"]] == [report.state for report in session.reports]
    assert len(found["Activities"]["time_series"]) == len(session.activities)


def test_only_a_stream_without_gaps_has_a_nominal_rate(session: StoredSession, tmp_path: Path):
    first = replace(session.steps, **{name: getattr(session.steps, name)[:100] for name in session.steps.__slots__})
    (file,) = export(replace(session, steps=first), "xdf", tmp_path / "regular.xdf")
    regular = streams_of(file)["Estimates"]
    assert float(regular["info"]["nominal_srate"][0]) == 1 / HOP_S
    np.testing.assert_allclose(regular["time_stamps"], first.t_s, atol=1e-9)
    (file,) = export(session, "xdf", tmp_path / "gaps.xdf")
    assert float(streams_of(file)["Estimates"]["info"]["nominal_srate"][0]) == 0


def test_xdf_takes_any_text(session: StoredSession, tmp_path: Path):
    labels = ("größer <&> 'x'", "", "é" * 300, "tab\tline\nend \x07 🙂")
    odd = replace(
        session,
        line=replace(session.line, title="a <b> & \x00c"),
        markers=tuple(Marker(float(place), label) for place, label in enumerate(labels)),
    )
    (file,) = export(odd, "xdf", tmp_path / "odd.xdf")
    assert [row[0] for row in streams_of(file)["Markers"]["time_series"]] == list(labels)


# --- HTML ---------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Parses a page; every opened element must be closed in order."""

    VOID = frozenset({"meta", "line", "rect", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        where = self._open[-1] if self._open else ""
        self.text[where] = self.text.get(where, "") + data

    def data(self) -> dict[str, Any]:
        scripts = self.text["script"]
        found: dict[str, Any] = json.loads(scripts[: scripts.index("\n")])
        return found


def page_of(session: StoredSession, folder: Path) -> tuple[str, Page]:
    (file,) = export(session, "html", folder)
    assert file.name == f"{session.line.id}.html"
    text = file.read_text(encoding="utf-8")
    return text, Page(text)


def test_the_page_loads_nothing(session: StoredSession, tmp_path: Path):
    text, page = page_of(session, tmp_path)
    policy = next(attrs for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    )
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    assert not [attrs for _, attrs in page.elements if {"src", "href"} & set(attrs)]
    assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|localStorage", text)


def test_the_page_states_what_it_is_and_is_not(session: StoredSession, tmp_path: Path):
    text, _ = page_of(session, tmp_path)
    for said in (
        "Estimates how expressions may be read. It can be wrong.",
        "It is no diagnosis",
        session.facts.checkpoint_sha256,
        "drift_ppm",
        "product rule clicked",
        "prefers-color-scheme",
        "Each curve says",
    ):
        assert said in text


def test_the_page_holds_the_steps(session: StoredSession, tmp_path: Path):
    from base64 import b64decode

    _, page = page_of(session, tmp_path)
    data, steps = page.data(), session.steps
    np.testing.assert_array_equal(np.frombuffer(b64decode(data["t"]), "<f4"), steps.t_s)
    shares = np.frombuffer(b64decode(data["p"]), "<u2").reshape(-1, 4)
    seen = ~np.isnan(steps.probabilities[:, 0])
    np.testing.assert_allclose(shares[seen] / 1e4, steps.probabilities[seen], atol=6e-5)
    assert (shares[~seen] == 65_535).all()
    assert [one["name"] for one in data["modalities"]] == ["picture", "voice", "words"]
    visual = np.frombuffer(b64decode(data["present"]), "u1") & 1
    np.testing.assert_array_equal(visual == 1, steps.present[:, MODALITIES.index("visual")])


def test_no_text_of_a_session_becomes_part_of_the_page(session: StoredSession, tmp_path: Path):
    nasty = "</script><script>alert(1)</script><img src=x onerror=alert(1)>&$title"
    odd = replace(
        session,
        line=replace(session.line, title=nasty),
        transcript=tuple(TranscriptWord(Word(nasty, float(at_s), at_s + 0.2)) for at_s in range(200)),
        markers=(Marker(1.0, nasty),),
        timing={nasty: nasty},
        note=nasty,
    )
    _, plain = page_of(session, tmp_path)
    _, page = page_of(odd, tmp_path)
    count = [tag for tag, _ in page.elements].count
    assert count("script") == [tag for tag, _ in plain.elements].count("script") == 2
    assert count("img") == 0
    assert page.data()["markers"][0][1] == nasty


def test_three_hours_make_a_small_page_quickly(tmp_path: Path):
    long = stored_session(THREE_HOURS_S)
    started_s = process_time()
    (file,) = export(long, "html", tmp_path)
    assert process_time() - started_s < 4.0
    assert file.stat().st_size < 3_000_000
