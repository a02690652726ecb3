"""One clear sentence for whatever went wrong, the same in the window and on the command line. No Qt."""

from __future__ import annotations

from core.errors import MonitorError


def sentence(error: BaseException) -> str:
    """What happened and what to do."""
    if isinstance(error, MonitorError):
        return " ".join(str(error).split())
    if isinstance(error, OSError):
        what = error.strerror or str(error) or type(error).__name__
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}{what}. See that there is room, and that it can be read and written."
    what = f"{type(error).__name__}: {error}"
    return f"Something failed that should not ({what}). Try again; if it stays so, please report it."
