"""UI strings about stored sessions: facts, dates, sizes, and the content of an erasure. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.store.stored_session import SessionLine
from core.time_format import clock, duration

NOTHING_STORED = (
    "When a session ends, it is stored here: estimates, weights, which modalities were present, and your markers and "
    "reports. Words, features, and picture and sound are stored only if you switch that on in Settings."
)
WHERE = "Everything stays in this folder on this machine, readable by you alone:"
SWITCH = "Storing is switched on and off in Settings, Storing. A demo stores nothing."
DRAWN = (
    "This page lists the drawn learner's sessions, kept until you close the window. "
    "To see your own, choose “My camera and microphone” on the Live page."
)
CHOOSE = "Choose a session in the list."
NO_FIT = "No stored session fits “{query}”."
MEGABYTE = 1e6


def title_of(line: SessionLine) -> str:
    """The title; without one the recording's name or the day, and without a valid date the id."""
    at = local(line.started_utc)
    return _named(line) or (f"{at:%a} {at.day} {at:%B %Y}" if at else line.id)


def _named(line: SessionLine) -> str:
    return line.title or (line.input_name if line.input_kind == "file" else "")


def when(line: SessionLine) -> str:
    """Start and duration, beside `title_of`: "21 Nov 2026, 19:30 · 15 min"."""
    at = local(line.started_utc)
    began = "" if at is None else f"{at.day} {at:%b %Y, %H:%M}" if _named(line) else f"{at:%H:%M}"
    return " · ".join(part for part in (began, duration(line.duration_s) if at else "") if part)


def local(iso: str) -> datetime | None:
    """The moment in local time; None for an invalid date."""
    try:
        return datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return None


def day(iso: str) -> str:
    """ "22 November 2026"."""
    at = local(iso)
    return f"{at.day} {at:%B %Y}" if at else "an unknown day"


def moment(iso: str) -> str:
    """ "Sun 22 Nov 2026, 18:37"."""
    at = local(iso)
    return f"{at:%a} {at.day} {at:%b %Y, %H:%M}" if at else "unknown time"


def size(count: int) -> str:
    """ "0.4 MB", "34 MB"."""
    megabytes = count / MEGABYTE
    return f"{megabytes:.1f} MB" if megabytes < 10 else f"{megabytes:.0f} MB"


def counted(count: int, one: str) -> str:
    """ "1 report", "3 reports"."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def badges(line: SessionLine) -> list[str]:
    """Short labels of a session's special properties."""
    marks = (
        (bool(line.problem), "cannot be read"),
        (not line.complete and not line.problem, "cut off"),
        (bool(line.participant), line.participant),
        (line.reports > 0, counted(line.reports, "report")),
        (line.words > 0, "words"),
        (line.has_media, "recording"),
        (line.has_features, "features"),
    )
    return [word for shown, word in marks if shown]


def facts_line(line: SessionLine) -> str:
    """The facts of a session in one line."""
    if line.problem:
        return f"{size(line.size_bytes)} in {line.folder}"
    model = f"{line.profile} {line.checkpoint_sha256[:4]}".strip()
    parts = (
        moment(line.started_utc),
        clock(line.duration_s),
        "incomplete: the program ended early" if not line.complete else "",
        line.input_name,
        model,
        f"study {line.study_id}" if line.study_id else "",
        f"keep until {line.keep_until[:10]}" if line.keep_until else "",
        size(line.size_bytes),
    )
    return " · ".join(part for part in parts if part)


def erased_content(line: SessionLine) -> str:
    """What is erased with a session, as a phrase."""
    parts = [f"{line.steps:,} steps of estimates".replace(",", " "), "its settings and timing"]
    if line.words:
        parts.append(_words(line))
    if line.reports:
        parts.append(counted(line.reports, "own report"))
    if line.markers:
        parts.append(counted(line.markers, "marker"))
    if line.has_features:
        parts.append("the features for scoring it again")
    if line.has_media:
        parts.append("the recording of picture and sound")
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def erase_words(line: SessionLine) -> str:
    """The text before the words of one session are erased."""
    sound = " The recording stays, and they can be heard in it: erase the session to erase both."
    return (
        f"“{title_of(line)}”, {moment(line.started_utc)}. "
        f"This erases {_words(line)} with your corrections, and nothing else. "
        f"It cannot be undone, and files that you exported stay where you put them.{sound if line.has_media else ''}"
    )


def _words(line: SessionLine) -> str:
    return f"{line.words:,} recognised words".replace(",", " ")


def erase_one(line: SessionLine) -> str:
    """The text before one session is erased."""
    which = f"“{title_of(line)}”, {moment(line.started_utc)}, {duration(line.duration_s)}"
    return (
        f"{which}. This erases {erased_content(line)}: "
        f"{size(line.size_bytes)} in all. It cannot be undone, and files that you exported stay where you put them."
    )


def erase_person(participant: str, lines: Sequence[SessionLine]) -> str:
    """The text before all sessions of one participant are erased; `lines` are those sessions."""
    return (
        f"This erases every session of participant {participant}: {_many(lines)}. Their entries in the study's "
        "consent ledger stay. It cannot be undone, and files that were exported stay where they were put."
    )


def erase_everything(lines: Sequence[SessionLine]) -> str:
    """The text before everything is erased; `lines` are all sessions."""
    people = sorted({line.participant for line in lines if line.participant})
    whose = f", of participants {', '.join(people)} too" if people else ""
    return (
        f"This erases every stored session on this machine{whose}: {_many(lines)}. Settings, models and a personal "
        "calibration stay. It cannot be undone, and files that you exported stay where you put them."
    )


def _many(lines: Sequence[SessionLine]) -> str:
    reports = sum(line.reports for line in lines)
    media = sum(line.has_media for line in lines)
    parts = [
        counted(len(lines), "session"),
        duration(sum(line.duration_s for line in lines)),
        *([counted(reports, "own report")] if reports else []),
        *([counted(media, "recording") + " of picture and sound"] if media else []),
        size(sum(line.size_bytes for line in lines)),
    ]
    return ", ".join(parts)
