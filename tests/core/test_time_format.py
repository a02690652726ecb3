"""Times and durations as text."""

import pytest

from core.time_format import clock, duration, short_clock


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00:00"), (761.9, "00:12:41"), (3725, "01:02:05"), (-3, "00:00:00")]
)
def test_a_clock_always_has_hours(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (761.9, "12:41"), (3725, "1:02:05"), (-3, "0:00")])
def test_a_short_clock_has_hours_only_where_there_are_any(seconds: float, text: str) -> None:
    assert short_clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(13.6, "14 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (1519, "25 min"), (11_100, "3 h 05 min"), (-1, "0 s")],
)
def test_a_duration_is_as_precise_as_is_of_interest(seconds: float, text: str) -> None:
    assert duration(seconds) == text
