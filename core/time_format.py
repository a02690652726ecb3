"""Times and durations as text, in one format for each purpose."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """A position in a session, always as wide: 00:12:41."""
    hours, minutes, rest = _split(int(seconds))
    return f"{hours:02d}:{minutes:02d}:{rest:02d}"


def short_clock(seconds: float) -> str:
    """A position in a session, with hours only where there are any: 12:41, 1:02:05."""
    hours, minutes, rest = _split(int(seconds))
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """A length of time, as precise as is of interest: "14 s", "3 min 5 s", "25 min", "3 h 05 min"."""
    hours, minutes, rest = _split(round(seconds))
    if hours:
        return f"{hours} h {minutes:02d} min"
    if minutes >= 10:
        return f"{minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _split(seconds: int) -> tuple[int, int, int]:
    """Hours, minutes and seconds; zero for a negative time."""
    minutes, rest = divmod(max(0, seconds), 60)
    return *divmod(minutes, 60), rest
