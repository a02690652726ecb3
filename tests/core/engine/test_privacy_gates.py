"""Picture and sound wait until the guard has decided; nothing from near a raised guard is released."""

from __future__ import annotations

import numpy as np
import pytest

from core.engine.bystander_guard import HOLD_S, LOWER_AFTER_S, MARGIN_S, BystanderGuard
from core.engine.privacy_gates import BLOCKS_HELD, PICTURES_HELD, MediaGate, WordGate
from core.types import AudioBlock, Chunk, Correction, FaceBox, Presence, Reason, Sighting, VideoFrame, Word

BOX = FaceBox(10, 10, 80, 80, 0.9)
PICTURE = np.zeros((2, 2, 3), np.uint8)
TICK_S = 0.1


def sighting(t_s: float, faces: int) -> Sighting:
    reason = {0: Reason.NO_FACE, 1: None}.get(faces, Reason.SEVERAL_FACES)
    return Sighting(t_s, (640, 480), BOX if faces == 1 else None, faces, Presence(reason is None, 1.0, reason))


class Room:
    """Ten pictures and ten blocks a second, and a guard that sees the given number of faces."""

    def __init__(self, records: bool = True) -> None:
        self.guard, self.out, self._tick = BystanderGuard(), list[Chunk](), 0
        self.gate = MediaGate(self.guard, self.out.append, records)

    def run(self, until_s: float, faces: int | None = 1, camera: bool = True) -> None:
        """Run until then. `faces` None: a camera that gives no picture. Without a camera there is sound alone."""
        while self._tick * TICK_S < until_s - 1e-6:
            t_s = self._tick * TICK_S
            if faces is not None and camera:
                self.gate.put(VideoFrame(t_s, PICTURE))
                self.guard.see(sighting(t_s, faces))
            elif camera:
                self.guard.see_nothing(t_s)
            else:
                self.guard.switch_off(t_s)
            self.gate.put(AudioBlock(t_s, np.zeros(1600, np.float32)))
            self._tick += 1

    def times(self, kind: type) -> list[float]:
        return [chunk.t_s for chunk in self.out if isinstance(chunk, kind)]


def test_released_chunks_have_waited_and_are_in_order() -> None:
    room = Room()
    room.run(10.0)
    for kind in (VideoFrame, AudioBlock):
        times_s = room.times(kind)
        assert times_s == sorted(times_s)
        assert times_s[0] == 0.0
        assert times_s[-1] == pytest.approx(9.9 - HOLD_S, abs=0.11)
    assert room.gate.held <= 2 * (HOLD_S / TICK_S + 2)
    room.gate.flush()
    assert len(room.out) == 200


@pytest.mark.parametrize("seconds", [0.1, 1.0, 5.0])
def test_nothing_near_a_second_face_is_released(seconds: float) -> None:
    room = Room()
    room.run(10.0)
    room.run(10.0 + seconds, faces=2)
    room.run(30.0)
    room.gate.flush()
    for kind in (VideoFrame, AudioBlock):
        times_s = np.array(room.times(kind))
        near = (times_s > 10.0 - MARGIN_S) & (times_s < 10.0 + seconds - TICK_S + LOWER_AFTER_S)
        assert not near.any()
        assert times_s[times_s < 10.0].size >= 89
        assert times_s[-1] == pytest.approx(29.9)


def test_a_flush_while_the_guard_is_raised_releases_nothing_from_then() -> None:
    room = Room()
    room.run(10.0)
    room.run(10.5, faces=2)
    room.gate.flush()
    assert max(chunk.t_s for chunk in room.out) < 10.0 - MARGIN_S + TICK_S


@pytest.mark.parametrize("blind_s", [1.0, 6.0])
def test_nothing_from_before_the_first_sighting_is_released(blind_s: float) -> None:
    room = Room()
    room.run(blind_s, faces=None)
    assert room.out == []
    room.run(15.0)
    room.gate.flush()
    assert min(chunk.t_s for chunk in room.out) >= blind_s - 1e-6
    assert room.times(AudioBlock)[-1] == pytest.approx(14.9)


def test_a_camera_chosen_later_is_waited_for() -> None:
    room = Room()
    room.run(5.0, camera=False)
    room.run(6.0, faces=None)
    room.run(12.0)
    room.gate.flush()
    times_s = np.array(room.times(AudioBlock))
    assert not ((times_s > 5.0) & (times_s < 6.0 - 1e-6)).any()
    assert (times_s < 5.0 - HOLD_S - TICK_S).sum() == 17  # released before the camera was chosen


def test_without_a_camera_sound_is_released() -> None:
    room = Room()
    room.run(5.0, camera=False)
    room.gate.flush()
    assert room.times(AudioBlock) == pytest.approx([TICK_S * tick for tick in range(50)])


def test_an_empty_chair_is_not_recorded() -> None:
    room = Room()
    room.run(10.0)
    room.run(20.0, faces=0)
    room.gate.flush()
    assert max(chunk.t_s for chunk in room.out) < 10.0 - MARGIN_S + TICK_S


def test_waiting_is_bounded_and_nothing_waits_without_recording() -> None:
    room, unwanted = Room(), Room(records=False)
    for tick in range(3 * BLOCKS_HELD):  # the guard sees nothing
        room.gate.put(VideoFrame(tick / 30, PICTURE))
        room.gate.put(AudioBlock(tick / 30, np.zeros(1, np.float32)))
    assert room.gate.held == PICTURES_HELD + BLOCKS_HELD
    unwanted.run(5.0)
    unwanted.gate.flush()
    assert (unwanted.out, unwanted.gate.held) == ([], 0)


def test_no_correction_overtakes_its_word() -> None:
    out: list[object] = []

    def release_correction(made: Correction) -> bool:
        out.append(made)
        return True

    gate = WordGate(BystanderGuard(), out.extend, release_correction)
    word = Word("limb", 1.0, 1.5)
    made = Correction(word, "limit", "2026-11-28T10:00:00+00:00")
    gate.put([word])
    gate.correct(made)
    gate.flush(1.5 + HOLD_S - 0.01)
    assert out == []
    gate.flush(1.5 + HOLD_S)
    assert out == [word, made]
    gate.correct(again := Correction(word, "limb", "2026-11-28T10:00:05+00:00"))
    assert out == [word, made, again]
