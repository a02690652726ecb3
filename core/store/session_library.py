"""All stored sessions: listed, searched, changed, erased. Erasing leaves nothing of a session in its folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from core.errors import StoreError
from core.store import rows
from core.store.database import changing, exclusive, is_in_use, transaction
from core.store.layout import DATABASE, LATE_MEDIA, MEDIA, files, session_folder, size_bytes
from core.store.reader import read_counts, read_features, read_line, read_session
from core.store.session_file import correct_stored
from core.store.stored_session import SessionLine, StoredFeatures, StoredSession
from core.types import Correction, SelfReport

_Stamp = tuple[tuple[str, int, int], ...]
_TERM = re.compile(r'["“”„]([^"“”]*)["“”]?|([^\s"“”„]+)')
_NO_PUNCTUATION = str.maketrans(dict.fromkeys('.,;:!?…"“”„«»¿¡', ""))


class SessionLibrary:
    """The sessions in one folder. No file stays open between calls; lines are cached until a session's files change.

    Every failure is a `StoreError` of one sentence.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[_Stamp, SessionLine, str]] = {}

    def lines(self, query: str = "") -> list[SessionLine]:
        """Sessions that contain every word of `query`, and every "phrase" in quotes, the newest first.

        Of words that were corrected, the correction is searched. An unreadable session has a `problem`.
        """
        wanted = _wanted(query)
        found = []
        for folder in self._folders():
            with suppress(FileNotFoundError):  # erased in between
                found.append(self._cached(folder))
        return [line for line, text in found if all(word in text for word in wanted)]

    def read(self, session_id: str) -> StoredSession:
        """All of a session but features and media; also of one that is being recorded."""
        return read_session(self._at(session_id))

    def counts(self, session_id: str) -> tuple[int, ...]:
        """(5,): steps that name each of `STATES`, and steps that name none; faster than `read`."""
        return read_counts(self._at(session_id))

    def features(self, session_id: str) -> StoredFeatures:
        """The encoder outputs stored for scoring the session again."""
        return read_features(self._at(session_id))

    def media(self, session_id: str) -> Path | None:
        """The file with picture and sound, if any; of two the one with pictures."""
        folder = self._at(session_id)
        return next((folder / name for name in (LATE_MEDIA, MEDIA) if (folder / name).is_file()), None)

    def rename(self, session_id: str, title: str) -> None:
        """Give a session a title."""
        self._set_fact(session_id, "title", title)

    def set_note(self, session_id: str, text: str) -> None:
        """Set the note of a session, replacing the previous one."""
        self._set_fact(session_id, "note", text)

    def add_report(self, session_id: str, report: SelfReport) -> None:
        """Add a self-report made after the session."""
        with changing(self._at(session_id)) as db:
            db.execute(rows.INSERT_ENTRY[SelfReport], rows.entry_row(report))
        self._known.pop(session_id, None)

    def correct(self, session_id: str, correction: Correction) -> None:
        """Correct a stored word; what was recognised stays beside it."""
        correct_stored(self._at(session_id), correction)
        self._known.pop(session_id, None)

    def forget_words(self, session_id: str) -> None:
        """Erase the recognised words of a session with their corrections (recorded sound, if any, stays)."""
        with exclusive(self._at(session_id)) as db:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("PRAGMA temp_store = MEMORY")
            with transaction(db):
                db.execute("DELETE FROM words")
                db.execute("DELETE FROM corrections")
            db.execute("VACUUM")
        self._known.pop(session_id, None)

    def erase(self, session_id: str) -> None:
        """Erase a session with all its files, unless it is being recorded."""
        folder = self._at(session_id)
        if (folder / DATABASE).is_file() and is_in_use(folder):
            raise StoreError(f"Session {session_id} is being recorded or read. Stop it first, then erase it.")
        try:
            shutil.rmtree(folder)
        except FileNotFoundError as error:
            raise StoreError(f"There is no session {session_id}. It may have been erased; look at the list.") from error
        except OSError as error:
            raise StoreError(
                f"Session {session_id} is only partly erased: {error.filename} cannot be deleted ({error.strerror}). "
                "Close programs that use it, check its permissions, and erase it again."
            ) from error
        self._known.pop(session_id, None)

    def erase_participant(self, pseudonym: str) -> int:
        """Erase every session of one participant and return their number.

        An unreadable session may be theirs too: then the others are erased and a `StoreError` names it.
        """
        if not pseudonym:
            raise StoreError("No participant was named. Choose one.")
        lines = self.lines()
        erased = self._erase_lines(line for line in lines if line.participant == pseudonym)
        unreadable = [line.id for line in lines if line.problem]
        if unreadable:
            raise StoreError(
                f"{len(erased)} sessions of {pseudonym} are erased, but {', '.join(unreadable)} cannot be read "
                "and may be theirs. Check the files, or erase them as well."
            )
        return len(erased)

    def erase_all(self) -> int:
        """Erase every session and return their number."""
        return len(self._erase_lines(self.lines()))

    def erase_outdated(self, today: date, keep_days: int) -> list[str]:
        """Erase sessions whose `keep_until` is before `today`, or, without one, that are older than `keep_days`.

        0 days keep sessions for ever. Returns the ids. Skips a session that is being recorded.
        """
        due = (line for line in self.lines() if not line.problem and _is_outdated(line, today, keep_days))
        return self._erase_lines(due, skip=is_in_use)

    def _erase_lines(self, lines: Iterable[SessionLine], skip: Callable[[Path], bool] = lambda _: False) -> list[str]:
        """Erase as many as possible, then raise one `StoreError` for all that could not be erased."""
        erased, problems = [], []
        for line in lines:
            if skip(line.folder):
                continue
            try:
                self.erase(line.id)
                erased.append(line.id)
            except StoreError as error:
                problems.append(str(error))
        if problems:
            raise StoreError(" ".join(problems))
        return erased

    def _set_fact(self, session_id: str, key: str, value: str) -> None:
        with changing(self._at(session_id)) as db:
            db.execute(rows.INSERT_FACT, (key, rows.to_json(value)))
        self._known.pop(session_id, None)

    def _at(self, session_id: str) -> Path:
        return session_folder(self._folder, session_id)

    def _folders(self) -> list[Path]:
        """Folders of sessions, the newest first; none where nothing was stored yet."""
        try:
            found = [entry for entry in self._folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"{self._folder} cannot be read ({error.strerror}). Check its permissions.") from error
        return sorted(found, key=lambda folder: folder.name, reverse=True)

    def _cached(self, folder: Path) -> tuple[SessionLine, str]:
        """A session's line and its search text in lower case, read again only if its files changed."""
        stamp = _stamp(folder)
        known = self._known.get(folder.name)
        if known is None or known[0] != stamp:
            known = self._known[folder.name] = (stamp, *_line_and_text(folder))
        return known[1], known[2]


def _line_and_text(folder: Path) -> tuple[SessionLine, str]:
    try:
        line, text = read_line(folder)
    except StoreError as error:
        line, text = _damaged(folder, str(error)), ""
    searched = (line.id, line.title, line.participant, line.study_id, line.input_name, line.started_utc)
    return line, _plain("\n".join((*searched, _day(line.started_utc), text)))


def _wanted(query: str) -> list[str]:
    """The words and quoted phrases of a query; one whose closing quote is still to be typed is a phrase too."""
    found = (" ".join(_plain(phrase or word).split()) for phrase, word in _TERM.findall(query))
    return [term for term in found if term]


def _plain(text: str) -> str:
    """The text as it is compared: without upper case and punctuation, so that a phrase is found across a comma."""
    return text.casefold().translate(_NO_PUNCTUATION)


def _day(started_utc: str) -> str:
    """The day in several spellings, in the local time zone: `2026-11-22 22 November 2026 Sunday`."""
    if not started_utc:
        return ""
    return f"{datetime.fromisoformat(started_utc).astimezone():%Y-%m-%d %d %B %Y %A}"


def _stamp(folder: Path) -> _Stamp:
    """Changes whenever a file of the session does, except for the shared-memory file, which readers touch."""
    there = ((name, file.st_size, file.st_mtime_ns) for name, file in files(folder).items())
    return tuple(sorted(entry for entry in there if not entry[0].endswith("-shm")))


def _is_outdated(line: SessionLine, today: date, keep_days: int) -> bool:
    if line.keep_until:
        return date.fromisoformat(line.keep_until[:10]) < today
    if not keep_days or not line.started_utc:
        return False
    began = datetime.fromisoformat(line.started_utc).astimezone().date()
    return began + timedelta(days=keep_days) < today


def _damaged(folder: Path, problem: str) -> SessionLine:
    """The line of an unreadable session: only its folder and the problem are known."""
    return SessionLine(
        id=folder.name,
        folder=folder,
        title="",
        started_utc="",
        duration_s=0.0,
        purpose="",
        participant="",
        study_id="",
        keep_until="",
        input_kind="",
        input_name="",
        profile="",
        checkpoint_sha256="",
        steps=0,
        words=0,
        reports=0,
        markers=0,
        has_features=False,
        has_media=(folder / MEDIA).is_file(),
        complete=False,
        size_bytes=size_bytes(folder),
        problem=problem,
    )
