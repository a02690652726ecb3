"""Device lists: names from the kernel's list, and microphones or one clear sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.capture.devices import Device, cameras, listed_cameras, microphones, refresh
from core.capture.pulse_monitor import server_device
from core.errors import CaptureError


def node(folder: Path, number: int, name: str, index: int) -> None:
    place = folder / f"video{number}"
    place.mkdir()
    (place / "name").write_text(f"{name}\n")
    (place / "index").write_text(f"{index}\n")


def test_cameras_carry_the_kernels_names_without_their_metadata_nodes(tmp_path: Path) -> None:
    node(tmp_path, 10, "Second camera", 0)
    node(tmp_path, 2, "Integrated Camera: HD", 0)
    node(tmp_path, 3, "Integrated Camera: HD", 1)
    assert listed_cameras(tmp_path) == [Device("Integrated Camera: HD", 2, True), Device("Second camera", 10)]


def test_a_machine_without_cameras_has_an_empty_list(tmp_path: Path) -> None:
    assert listed_cameras(tmp_path / "absent") == []


class NoSound:
    """PortAudio on a computer without sound cards and sound servers."""

    PortAudioError = OSError

    def query_devices(self) -> list[dict[str, object]]:
        return []


def test_a_computer_without_any_sound_device_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", NoSound())
    with pytest.raises(CaptureError, match=r"no sound device at all\. Connect a microphone;"):
        microphones()
    with pytest.raises(CaptureError, match=r"no sound device at all\. Connect a loudspeaker or headphones;"):
        server_device()


def test_the_device_lists_of_this_machine_can_be_read_and_refreshed() -> None:
    assert all(isinstance(device, Device) for device in cameras())
    try:
        refresh()
        listed = microphones()
    except CaptureError as error:
        pytest.skip(str(error))
    assert all(device.name for device in listed)
    assert sum(device.is_default for device in listed) <= 1
