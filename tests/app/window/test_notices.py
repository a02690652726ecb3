"""What the window shows when something is missing, is lost, or fails."""

import json
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QEventLoop

from app.window.main_window import MainWindow
from app.window.notices import ENDED, READY, UNSTARTED, ReadinessTitle
from app.window.startup import UNOPENED, WindowOptions, run, save_picture
from core.engine import EngineHooks
from core.errors import ModelError
from core.status import DeviceState, EngineStatus, RunState
from core.types import Reason
from tests.app.pointer import click
from tests.app.scripted_engine import ScriptedEngine


def test_a_lost_camera_is_shown_until_it_is_back(live: MainWindow, qtbot) -> None:
    engine = live.controller.engine_host.engine
    engine.set_device("camera", DeviceState.LOST, "Unplugged.")
    qtbot.waitUntil(lambda: live.banner.text == "Camera disconnected — continuing with voice. Retrying.")
    qtbot.waitUntil(lambda: live.live.preview.hint == "Camera lost. Trying again …")
    engine.set_device("camera", DeviceState.RUNNING)
    qtbot.waitUntil(lambda: live.banner.text == "")
    qtbot.waitUntil(lambda: live.live.preview.hint in ("", "no face"))


def test_the_banner_follows_the_state_of_both_devices(live: MainWindow, qtbot) -> None:
    engine = live.controller.engine_host.engine
    for kind in ("camera", "microphone"):
        engine.set_device(kind, DeviceState.OPENING)
    engine.set_device("camera", DeviceState.LOST, "The camera 'auto' was not found. Connect one.")
    qtbot.waitUntil(lambda: live.banner.text == "The camera 'auto' was not found. Connect one. Trying again.")
    engine.set_device("microphone", DeviceState.RUNNING)
    goes_on = "The camera 'auto' was not found. Connect one. Continuing with voice; trying again."
    qtbot.waitUntil(lambda: live.banner.text == goes_on)
    engine.set_device("microphone", DeviceState.LOST, "Unplugged.")
    qtbot.waitUntil(lambda: live.banner.text == "Microphone disconnected — nothing left to estimate from. Retrying.")
    engine.set_device("microphone", DeviceState.RUNNING)
    qtbot.waitUntil(lambda: live.banner.text == goes_on)


def test_the_reason_is_shown_when_nothing_is_present(open_window, qtbot) -> None:
    nothing = {"audio": Reason.SILENCE, "visual": Reason.NO_FACE, "text": Reason.NO_WORDS}
    window = open_window(begin_s=20.0, absent=lambda _t: nothing)
    window.controller.start()
    qtbot.waitUntil(lambda: "Undecided — no face, no voice, no words" in window.live.headline.text)
    qtbot.waitUntil(lambda: "absent now: picture: no face" in window.live.timelines.lanes.accessibleDescription())


def test_a_session_that_cannot_start_shows_one_sentence_and_can_be_retried(open_window, qtbot) -> None:
    def refuse(hooks: EngineHooks) -> ScriptedEngine:
        raise ModelError("No weights here. Pull them.")

    window = open_window(kind=refuse)
    window.controller.start()
    qtbot.waitUntil(lambda: window.banner.text == "No weights here. Pull them.")
    qtbot.waitUntil(lambda: window.header.go.isEnabled() and window.header.go.text() == "Start")
    assert window.live.readiness.title.text() == UNSTARTED


def test_the_readiness_title_distinguishes_an_ended_session_from_one_that_could_not_start() -> None:
    said: list[str] = []
    readiness_title = ReadinessTitle(said.append)
    for state in (RunState.STARTING, RunState.LIVE, RunState.STOPPED, RunState.IDLE):
        readiness_title.on_state(state)
    assert said == [ENDED, ENDED]
    readiness_title.on_failure()
    assert said[-1] == UNSTARTED
    for state in (RunState.STARTING, RunState.STOPPED):  # stopped by the user while the model was being opened
        readiness_title.on_state(state)
    assert said[-1] == READY
    readiness_title.on_failure()  # the model could not be opened
    readiness_title.on_state(RunState.IDLE)
    assert said[-2:] == [UNSTARTED, UNSTARTED]


class Unopened(ScriptedEngine):
    """Its model never opens."""

    def status(self) -> EngineStatus:
        return replace(super().status(), profile="", checkpoint_sha256="", steps=0)


def test_a_run_whose_model_never_opened_fails_and_its_report_states_why(open_window, home, capsys) -> None:
    window = open_window(kind=Unopened)
    window.controller.start()
    report = home / "report.json"
    loop = QEventLoop()  # in the application's place: once that has ended, no other test's loop would begin
    assert run(loop, window, WindowOptions(quit_after_s=0.3, report=report)) == 2
    assert json.loads(report.read_text(encoding="utf-8"))["errors"] == [UNOPENED]
    assert capsys.readouterr().err == f"{UNOPENED}\n"


class SlowToOpen(ScriptedEngine):
    """Its model takes a while to open."""

    opened_s = float("inf")

    def status(self) -> EngineStatus:
        state = RunState.STARTING if time.monotonic() < self.opened_s else RunState.LIVE
        return replace(super().status(), state=state)


def test_the_seconds_until_an_automatic_close_do_not_begin_before_the_session(open_window) -> None:
    window, closed_s = open_window(kind=SlowToOpen), []
    window.closing.connect(lambda: closed_s.append(time.monotonic()))
    window.controller.start()
    SlowToOpen.opened_s = time.monotonic() + 1.0
    run(QEventLoop(), window, WindowOptions(quit_after_s=0.1))
    assert closed_s[0] > SlowToOpen.opened_s + 0.1


def test_closing_while_starting_stops_what_was_started(open_window, qtbot) -> None:
    window = open_window()
    window.controller.start()
    window.close()
    assert window.controller.engine_host.last.calls == ["start", "stop"]


def test_the_download_button_downloads_and_shows_a_failure(open_window, home, qtbot) -> None:
    (home / "models").touch()  # a file where the folder should be: the download fails before it asks the network
    window = open_window()
    window.open_page("Settings")
    click(window, window.settings.fetch)
    qtbot.waitUntil(lambda: str(home / "models") in window.banner.text)
    assert window.pages.currentWidget() is window.settings
    click(window, window.settings.fetch)
    assert window.controller.jobs.running("download")
    qtbot.waitUntil(lambda: not window.controller.jobs.running("download"))


def test_a_click_on_the_status_bar_downloads_nothing(open_window) -> None:
    window = open_window()
    click(window, window.status_bar.buttons["words"])
    assert window.pages.currentWidget() is window.settings
    assert not window.controller.jobs.running("download")


@pytest.mark.parametrize("card", ["self", "research"])
def test_first_start_can_be_left_where_nothing_can_be_written(open_window, home, monkeypatch, card: str) -> None:
    (home / "no folder").touch()
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(home / "no folder" / "home"))
    window = open_window("unset")
    click(window, window.first.cards[card])
    form = window.first.form
    form.study_id.setText("LM-1")
    form.approval.setText("EC 2026/17")
    form.consent.setPlainText("I agree that my voice and face are estimated on this machine.")
    form.retention.setText("2099-12-31")
    click(window, window.first.go)
    assert window.pages.currentWidget() is window.live
    assert window.controller.settings.purpose == card
    assert "could not be saved" in window.banner.text
    assert window.header.purpose.text().startswith(card.capitalize())


def test_a_picture_that_cannot_be_saved_is_reported(open_window, home) -> None:
    window = open_window()
    assert save_picture(window, home / "window.png") == []
    (said,) = save_picture(window, home / "no folder" / "window.png")
    assert "no folder" in said
