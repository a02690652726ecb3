"""The doctor's findings about the user's folder, settings, sessions and log."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from app.commands import doctor_checks
from app.commands.doctor_checks import Mark
from core import paths
from core.capture.devices import refresh
from tests.support.pulse import PulseMicrophone, needs_pulse
from tests.support.session_libraries import store_session
from tests.support.stored_sessions import stored_session


def test_settings_that_cannot_be_used_are_a_fault_with_its_fix(home: Path) -> None:
    assert doctor_checks.settings().mark is Mark.WELL
    file = home / "settings.toml"
    file.write_text("[model]\nprofile = 'huge'\n", encoding="utf-8")
    finding = doctor_checks.settings()
    assert finding.mark is Mark.FAULT
    assert "model.profile is 'huge'" in finding.words
    assert str(file) in finding.fix


def test_a_folder_that_cannot_be_written_to_is_a_fault_even_if_it_does_not_exist(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor_checks.disk().mark is not Mark.FAULT
    (home / "file").touch()
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(home / "file" / "home"))
    finding = doctor_checks.disk()
    assert finding.mark is Mark.FAULT
    assert "cannot be written to" in finding.words
    assert "GB" not in finding.words
    assert list(home.iterdir()) == [home / "file"]


def test_stored_sessions_are_counted_and_a_broken_one_is_named(home: Path) -> None:
    assert "0 stored" in doctor_checks.sessions().words
    store_session(stored_session(10.0), paths.sessions(), None)
    assert doctor_checks.sessions().mark is Mark.WELL
    (paths.sessions() / "20260101T000000Z-000000").mkdir()
    (paths.sessions() / "20260101T000000Z-000000" / "session.db").write_bytes(b"no database")
    found = doctor_checks.sessions()
    assert found.mark is Mark.HINT
    assert "2 stored" in found.words
    assert "1 cannot be read" in found.words


def test_lab_streams_are_checked_without_a_socket() -> None:
    assert "off until switched on" in doctor_checks.lab().words


def test_whether_what_the_computer_plays_can_be_heard_is_said_with_what_to_do() -> None:
    needs_pulse()
    with PulseMicrophone(loudspeaker=True) as sound:
        refresh()
        finding = doctor_checks.loudspeakers()
        assert (finding.mark, finding.words.count("Null Output")) == (Mark.WELL, 2)
        sound.kill()
        finding = doctor_checks.loudspeakers()
        assert finding.mark is Mark.HINT
        assert "Use headphones, or start the sound server." in finding.words
    refresh()


def test_the_log_is_named_before_and_after_a_failure(home: Path) -> None:
    file = home / "logs" / "edu-emotionnet.log"
    finding = doctor_checks.log()
    assert (finding.mark, finding.fix) == (Mark.WELL, "")
    assert "no failure logged yet" in finding.words
    assert str(file) in finding.words
    assert not file.parent.exists()
    file.parent.mkdir()
    file.write_bytes(b"x" * 3000)
    assert doctor_checks.log().words == f"failures are logged in {file} (3 kB)"


def test_the_recogniser_is_named_with_its_language(home: Path) -> None:
    finding = doctor_checks.recognizer()
    assert (finding.mark, finding.words) == (Mark.WELL, "Moonshine tiny-en recognises them, in English")


def test_a_recogniser_of_another_language_is_said_to_be_unused(korean: Path) -> None:
    paths.settings_file().write_text(f"[speech]\nrecognizer = 'vosk'\nmodel = '{korean.name}'\n", encoding="utf-8")
    finding = doctor_checks.recognizer()
    assert finding.mark is Mark.HINT
    assert finding.words == (
        "Vosk ko-0.1 recognises them, in Korean. Korean words are shown, but not used: the model knows English only."
    )
    assert "speech.model" in finding.fix


def test_other_word_models_are_listed_with_their_language(korean: Path) -> None:
    ended = CliRunner().invoke(cli, ["models", "list"])
    (line,) = [line for line in ended.stdout.splitlines() if korean.name in line]
    assert "words in Korean, by Vosk" in line
    assert line.split()[-1] == "yes"
    assert "is not used" not in ended.stdout


def test_a_folder_without_its_word_model_is_named_with_what_to_do(home: Path) -> None:
    for name, content in {"vosk-model-small-de-0.15": None, "vosk-model-small-fr-0.22": b""}.items():
        acoustic = home / "models" / name / "am"
        acoustic.mkdir(parents=True)
        if content is not None:
            (acoustic / "final.mdl").write_bytes(content)
    (home / "models" / "vosk-model-small-it-0.22.zip").write_bytes(b"")
    told = [line for line in CliRunner().invoke(cli, ["models", "list"]).stdout.splitlines() if "not used" in line]
    assert [line.split()[0] for line in told] == ["vosk-model-small-de-0.15", "vosk-model-small-fr-0.22"]
    assert all("am/final.mdl is missing or empty. Unpack the model again" in line for line in told)
