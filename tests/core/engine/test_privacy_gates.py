"""Picture and sound wait until the guard has looked beyond them; nothing from near a raised guard is let out."""

from __future__ import annotations

import numpy as np
import pytest

from core.engine.bystander_guard import HOLD_S, LOWER_AFTER_S, MARGIN_S, BystanderGuard
from core.engine.privacy_gates import BLOCKS_HELD, PICTURES_HELD, MediaGate
from core.types import AudioBlock, Chunk, FaceBox, Presence, Reason, Sighting, VideoFrame

BOX = FaceBox(10, 10, 80, 80, 0.9)
PICTURE = np.zeros((2, 2, 3), np.uint8)
TICK_S = 0.1


def glance(t_s: float, faces: int) -> Sighting:
    reason = {0: Reason.NO_FACE, 1: None}.get(faces, Reason.SEVERAL_FACES)
    return Sighting(t_s, (640, 480), BOX if faces == 1 else None, faces, Presence(reason is None, 1.0, reason))


class Room:
    """Ten pictures and ten blocks a second, and a guard that sees so many faces."""

    def __init__(self, wanted: bool = True) -> None:
        self.guard, self.out, self._tick = BystanderGuard(), list[Chunk](), 0
        self.gate = MediaGate(self.guard, self.out.append, wanted)

    def live(self, until_s: float, faces: int | None = 1, camera: bool = True) -> None:
        """Until then; `faces` None: there is a camera that gives nothing. Without one there is sound alone."""
        while self._tick * TICK_S < until_s - 1e-6:
            t_s = self._tick * TICK_S
            if faces is not None and camera:
                self.gate.put(VideoFrame(t_s, PICTURE))
                self.guard.take(glance(t_s, faces))
            elif camera:
                self.guard.look_away(t_s)
            else:
                self.guard.stand_down(t_s)
            self.gate.put(AudioBlock(t_s, np.zeros(1600, np.float32)))
            self._tick += 1

    def times(self, kind: type) -> list[float]:
        return [chunk.t_s for chunk in self.out if isinstance(chunk, kind)]


def test_what_is_let_out_has_waited_and_is_in_order() -> None:
    room = Room()
    room.live(10.0)
    for kind in (VideoFrame, AudioBlock):
        times_s = room.times(kind)
        assert times_s == sorted(times_s)
        assert times_s[0] == 0.0
        assert times_s[-1] == pytest.approx(9.9 - HOLD_S, abs=0.11)
    assert room.gate.held <= 2 * (HOLD_S / TICK_S + 2)
    room.gate.end()
    assert len(room.out) == 200


@pytest.mark.parametrize("seconds", [0.1, 1.0, 5.0])
def test_nothing_near_a_second_face_is_let_out(seconds: float) -> None:
    room = Room()
    room.live(10.0)
    room.live(10.0 + seconds, faces=2)
    room.live(30.0)
    room.gate.end()
    for kind in (VideoFrame, AudioBlock):
        times_s = np.array(room.times(kind))
        near = (times_s > 10.0 - MARGIN_S) & (times_s < 10.0 + seconds - TICK_S + LOWER_AFTER_S)
        assert not near.any()
        assert times_s[times_s < 10.0].size >= 89
        assert times_s[-1] == pytest.approx(29.9)


def test_an_end_while_the_guard_is_raised_lets_out_nothing_of_it() -> None:
    room = Room()
    room.live(10.0)
    room.live(10.5, faces=2)
    room.gate.end()
    assert max(chunk.t_s for chunk in room.out) < 10.0 - MARGIN_S + TICK_S


@pytest.mark.parametrize("blind_s", [1.0, 6.0])
def test_nothing_is_let_out_of_the_time_before_the_first_glance(blind_s: float) -> None:
    room = Room()
    room.live(blind_s, faces=None)
    assert room.out == []
    room.live(15.0)
    room.gate.end()
    assert min(chunk.t_s for chunk in room.out) >= blind_s - 1e-6
    assert room.times(AudioBlock)[-1] == pytest.approx(14.9)


def test_a_camera_chosen_later_is_waited_for_again() -> None:
    room = Room()
    room.live(5.0, camera=False)
    room.live(6.0, faces=None)
    room.live(12.0)
    room.gate.end()
    times_s = np.array(room.times(AudioBlock))
    assert not ((times_s > 5.0) & (times_s < 6.0 - 1e-6)).any()
    assert (times_s < 5.0 - HOLD_S - TICK_S).sum() == 17  # all that was let out before the camera was chosen


def test_without_a_camera_sound_is_let_out() -> None:
    room = Room()
    room.live(5.0, camera=False)
    room.gate.end()
    assert room.times(AudioBlock) == pytest.approx([TICK_S * tick for tick in range(50)])


def test_an_empty_chair_is_not_recorded() -> None:
    room = Room()
    room.live(10.0)
    room.live(20.0, faces=0)
    room.gate.end()
    assert max(chunk.t_s for chunk in room.out) < 10.0 - MARGIN_S + TICK_S


def test_waiting_is_bounded_and_nothing_waits_for_nobody() -> None:
    room, unwanted = Room(), Room(wanted=False)
    for tick in range(3 * BLOCKS_HELD):  # nobody looks
        room.gate.put(VideoFrame(tick / 30, PICTURE))
        room.gate.put(AudioBlock(tick / 30, np.zeros(1, np.float32)))
    assert room.gate.held == PICTURES_HELD + BLOCKS_HELD
    unwanted.live(5.0)
    unwanted.gate.end()
    assert (unwanted.out, unwanted.gate.held) == ([], 0)
