"""Devices of an engine: lost and regained, chosen, muted, and each with its own errors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.engine import Sources
from core.status import DeviceState, RunState
from core.types import Reason, VideoFrame
from tests.support.small_engine import FACTORIES, SETTINGS, absent, devices, newest, presence, steps
from tests.support.small_parts import SmallFinder
from tests.support.small_sources import SmallCamera, SmallMedium, SmallMicrophone, medium_chunks
from tests.support.waiting import until


def test_devices_give_estimates_a_preview_and_a_level(start):
    engine = start(Sources(*devices()))
    until(lambda: steps(engine) >= 2 and engine.status().preview_fps > 20)
    status = engine.status()
    assert status.camera.state is status.microphone.state is DeviceState.RUNNING
    assert status.camera.name == "cam"
    assert -30 < status.level_dbfs < -10
    assert engine.frame() is not None
    assert engine.sighting() is not None
    assert engine.rss_mb()[0] > 10


@pytest.mark.parametrize(
    ("kind", "modality", "reason"),
    [("camera", "visual", Reason.NO_CAMERA), ("microphone", "audio", Reason.NO_MICROPHONE)],
)
def test_a_lost_device_is_reported_and_reopened_once_it_is_back(start, hooks, kind, modality, reason):
    pair = dict(zip(("camera", "microphone"), devices(), strict=True))
    engine = start(Sources(**pair))
    until(presence(engine, modality))
    pair[kind].plugged.clear()
    until(absent(engine, modality, reason))
    assert getattr(engine.status(), kind).state is DeviceState.LOST
    assert "Plug it in" in getattr(engine.status(), kind).message
    assert engine.status().state is RunState.LIVE
    pair[kind].plugged.set()
    until(presence(engine, modality))
    assert [state for name, state in hooks.devices if name == kind][-2:] == [DeviceState.LOST, DeviceState.RUNNING]
    assert hooks.errors == []
    assert [error for error in engine.status().errors if "Plug it in" in error]


def test_a_camera_that_cannot_be_opened_leaves_the_voice(start):
    engine = start(Sources(SmallCamera("cam", 30.0, plugged=False), SmallMicrophone("mic")))
    until(presence(engine, "audio"))
    assert newest(engine).presence["visual"].reason is Reason.NO_CAMERA
    assert engine.frame() is None


def test_another_device_does_not_inherit_the_errors_of_the_first(start, hooks):
    slow = replace(SETTINGS, capture=replace(SETTINGS.capture, retry_s=8.0))
    engine = start(Sources(SmallCamera("cam", 30.0, plugged=False), SmallMicrophone("mic")), settings=slow)
    until(lambda: engine.status().camera.state is DeviceState.LOST)
    engine.choose_camera("Other")
    until(lambda: engine.status().camera.state is DeviceState.RUNNING)
    states = [state for kind, state in hooks.devices if kind == "camera"]
    assert states == [DeviceState.OPENING, DeviceState.LOST, DeviceState.OPENING, DeviceState.RUNNING]


def test_exact_zeros_are_a_blocked_microphone(start):
    camera, microphone = SmallCamera("cam", 30.0), SmallMicrophone("mic", silent=True)
    engine = start(Sources(camera, microphone))
    until(absent(engine, "audio", Reason.MICROPHONE_ZEROS))
    microphone.silent = False
    until(presence(engine, "audio"))


def test_without_sources_the_settings_name_the_devices(start):
    named = replace(SETTINGS, capture=replace(SETTINGS.capture, camera="Desk", microphone="off"))
    engine = start(settings=named)
    until(presence(engine, "visual"))
    assert engine.status().camera.name == "Desk"
    assert engine.status().microphone.state is DeviceState.OFF
    assert newest(engine).presence["audio"].reason is Reason.NO_MICROPHONE


def test_devices_can_be_chosen_while_it_runs(start):
    camera, microphone = devices()
    engine = start(Sources(camera, microphone))
    until(presence(engine, "visual"))
    engine.choose_camera("Other")
    until(lambda: engine.status().camera.name == "Other" and engine.status().camera.state is DeviceState.RUNNING)
    until(lambda: not camera.opened)
    engine.choose_microphone("off")
    until(absent(engine, "audio", Reason.NO_MICROPHONE))
    until(lambda: engine.status().microphone.state is DeviceState.OFF and not microphone.opened)


def test_a_recording_in_place_of_a_camera_ends_and_the_session_continues(start):
    pictures = [chunk for chunk in medium_chunks(0.6) if isinstance(chunk, VideoFrame)]
    engine = start(Sources(SmallMedium(pictures), SmallMicrophone("mic")))
    until(lambda: engine.frame() is not None)
    until(lambda: engine.status().camera.state is DeviceState.OFF)
    until(absent(engine, "visual", Reason.NO_CAMERA))
    assert engine.status().state is RunState.LIVE


@pytest.mark.parametrize("modality", ["audio", "visual", "text"])
def test_a_modality_can_be_muted_and_unmuted(start, modality):
    engine = start(Sources(*devices()))
    until(presence(engine, modality))
    engine.set_muted(modality, True)
    until(absent(engine, modality, Reason.MUTED))
    assert engine.status().muted == {modality}
    engine.set_muted(modality, False)
    until(presence(engine, modality))


def test_a_muted_picture_is_not_searched_and_another_camera_starts_a_new_search(start):
    finder = SmallFinder()
    forgot: list[int] = []
    finder.reset = lambda: forgot.append(len(finder.looked))
    engine = start(Sources(*devices()), replace(FACTORIES, open_finder=lambda: finder))
    until(presence(engine, "visual"))
    engine.set_muted("visual", True)
    until(absent(engine, "visual", Reason.MUTED))
    looked, forgotten = len(finder.looked), len(forgot)
    made = steps(engine)
    until(lambda: steps(engine) >= made + 3)
    assert len(finder.looked) <= looked
    assert engine.sighting() is None
    engine.choose_camera("Other")
    until(lambda: len(forgot) > forgotten)
