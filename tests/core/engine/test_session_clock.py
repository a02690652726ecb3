"""The session clock stands still during a pause, and counts completed pauses."""

from __future__ import annotations

import time

import pytest

from core.engine.session_clock import SessionClock


def test_a_pause_holds_the_clock_and_is_counted_once_completed():
    clock = SessionClock()
    assert clock() == 0.0
    clock.run()
    clock.run()
    assert clock.pauses() == (0, 0.0)
    clock.hold()
    held_s, began_s = clock(), time.monotonic()
    clock.hold()
    while time.monotonic() < began_s + 0.02:
        assert clock() == held_s
    clock.run()
    pauses, paused_s = clock.pauses()
    assert pauses == 1
    assert paused_s == pytest.approx(time.monotonic() - began_s, abs=0.01)
    clock.hold()
    assert clock.pauses()[0] == 1
