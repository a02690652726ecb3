"""Stores a session while it runs: the engine's threads put items into a queue, one thread writes them.

Each hop is committed separately, so a crash of the program loses at most the newest hop. While the disk cannot be
written, items wait in memory, the session continues, and one sentence reports it.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from core.session_observer import SessionFacts
from core.settings import StoreSettings
from core.store.database import describe
from core.store.layout import DATABASE, MEDIA, session_folder
from core.store.media import MediaRecorder
from core.store.session_file import Item, SessionFile, correct_stored
from core.types import Chunk, Correction, Entry, Estimate, Event, Word

THREAD_NAME = "engine-store"
STRAY_CORRECTION = (
    "A word that you corrected is not stored: another person or nobody was in the picture, or it was erased. "
    "Such corrections stay on this screen only."
)
PENDING_AT_MOST = 20_000
"""Steps, words and entries that wait in memory for the disk: more than two hours of them."""
BATCH_AT_MOST = 2_000
RETRY_S = 1.0
END_WITHIN_S = 1.8
MEDIA_WITHIN_S = 0.8
"""The part of `END_WITHIN_S` that picture and sound may take."""


class SessionRecorder:
    """A session observer that stores one session in `library / facts.id`, a folder created with the first step.

    `say` is called on any thread with sentences for the user. Pictures and sound are recorded only from
    `begin` on; steps, words and entries from before it are stored too.
    """

    def __init__(self, library: Path, settings: StoreSettings, say: Callable[[str], None]) -> None:
        self._library, self._settings, self._say = library, settings, say
        self._media = MediaRecorder(say) if settings.media else None
        self._changed = Condition()  # guards everything up to the next empty line
        self._pending: deque[Item] = deque()
        self._lost = 0
        self._unfit = 0
        self._stepped = self._ended = self._told_of_stray = False
        self._now_s = 0.0
        self._report: Mapping[str, Any] = {}

        self._thread: Thread | None = None
        self._folder = library
        self._file: SessionFile | None = None
        self._problem = ""

    @property
    def problem(self) -> str:
        """Why the session is not being stored; empty while it is."""
        return self._problem or (self._media.problem if self._media else "")

    @property
    def stored_id(self) -> str:
        """The id under which the session is found in the library; empty while nothing of it is stored."""
        return self._folder.name if (self._folder / DATABASE).is_file() else ""

    def begin(self, facts: SessionFacts) -> None:
        """Start writing. Raises `StoreError` for an invalid id."""
        self._folder = session_folder(self._library, facts.id)
        self._thread = Thread(target=self._run, args=(self._folder, facts), name=THREAD_NAME, daemon=True)
        self._thread.start()

    def step(self, estimate: Estimate) -> None:
        """Store a step."""
        self._put([estimate], estimate.t_s)

    def words(self, final: Sequence[Word]) -> None:
        """Store words, if the settings say so."""
        if self._settings.words and final:
            self._put(final, final[-1].end_s)

    def correction(self, made: Correction) -> None:
        """Store the correction of a word that is stored, also after the session has ended.

        Raises `StoreError` where that fails.
        """
        if not self._settings.words:
            return
        with self._changed:
            ended = self._ended
            if not ended:
                self._put([made], made.word.end_s)
        if ended and self._thread is not None:
            self._thread.join(END_WITHIN_S)
            if (self._folder / DATABASE).is_file() and not correct_stored(self._folder, made):
                self._tell_of_stray()

    def entry(self, entry: Entry) -> None:
        """Store an entry."""
        self._put([entry], entry.t_s)

    def chunk(self, chunk: Chunk) -> None:
        """Record picture or sound, if the settings say so."""
        if self._media and self._thread:
            self._media.put(chunk)

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """Write the remaining items and the report, with the recorder's own counts under "store", and close.

        Returns the thread's name if it has not ended in time.
        """
        with self._changed:
            if not self._ended:
                self._report, self._ended = report, True
            self._changed.notify_all()
        if self._thread is None:
            return []
        self._thread.join(END_WITHIN_S)
        return [self._thread.name] if self._thread.is_alive() else []

    def _counts(self) -> dict[str, int]:
        lost_pictures = self._media.dropped if self._media else 0
        return {"entries_lost": self._lost, "entries_unfit": self._unfit, "pictures_dropped": lost_pictures}

    def _put(self, items: Sequence[Item], now_s: float) -> None:
        with self._changed:
            if self._ended:
                return
            self._pending.extend(items)
            self._stepped = self._stepped or isinstance(items[0], Estimate)
            self._now_s = max(self._now_s, now_s)
            self._drop_oldest()
            self._changed.notify_all()

    def _drop_oldest(self) -> None:
        while len(self._pending) > PENDING_AT_MOST:
            self._pending.popleft()
            self._lost += 1

    def _run(self, folder: Path, facts: SessionFacts) -> None:
        try:
            self._write_all(folder, facts)
        finally:
            if not self._ended:
                self._problem = "The session is no longer stored: a fault of this program stopped it. Please report it."
            self._close()

    def _write_all(self, folder: Path, facts: SessionFacts) -> None:
        while batch := self._take():
            last_try = self._ended
            if self._write(batch, folder, facts):
                continue
            self._requeue(batch)
            if last_try:
                return
            with self._changed:
                self._changed.wait_for(lambda: self._ended, RETRY_S)

    def _take(self) -> list[Item]:
        """Waits for items to write, from the first step on; empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or (self._stepped and self._pending))
            if not self._stepped:
                return []
            return [self._pending.popleft() for _ in range(min(len(self._pending), BATCH_AT_MOST))]

    def _requeue(self, batch: list[Item]) -> None:
        with self._changed:
            self._pending.extendleft(reversed(batch))
            self._drop_oldest()

    def _write(self, batch: list[Item], folder: Path, facts: SessionFacts) -> bool:
        try:
            if self._file is None:
                self._file = SessionFile(folder, facts, self._settings.features)
            unfit = self._file.append([*batch, *self._recovery_events()])
        except (sqlite3.Error, OSError) as error:
            self._report_problem(error)
            return False
        if self._problem:
            self._report_recovery()
        self._count_unfit(unfit)
        if self._file.stray_corrections:
            self._tell_of_stray()
        if self._media:
            self._media.begin(folder / MEDIA)
        return True

    def _count_unfit(self, unfit: list[str]) -> None:
        """Count items that cannot be stored, and report the first one."""
        if unfit and not self._unfit:
            self._say(f"Something could not be stored ({unfit[0]}). It is left out and counted; all else is stored.")
        self._unfit += len(unfit)

    def _tell_of_stray(self) -> None:
        """Say once that the correction of a word that was left out is not stored."""
        if not self._told_of_stray:
            self._told_of_stray = True
            self._say(STRAY_CORRECTION)

    def _report_problem(self, error: sqlite3.Error | OSError) -> None:
        if isinstance(error, OSError):
            self._close_file()
        if not self._problem:
            self._problem = (
                f"The session is not being stored ({describe(error)}). It continues, and unstored items wait in memory."
            )
            self._say(self._problem)

    def _recovery_events(self) -> list[Event]:
        """The event that is stored with the first items after a failure."""
        return [Event(self._now_s, "storing", f"stored again, {self._loss()}")] if self._problem else []

    def _report_recovery(self) -> None:
        self._problem = ""
        self._say(f"The session is being stored again; {self._loss()}.")

    def _loss(self) -> str:
        return f"{self._lost} entries were lost" if self._lost else "nothing that waited was lost"

    def _close(self) -> None:
        if self._media:
            self._media.end(MEDIA_WITHIN_S)
        try:
            if self._file and not self._problem:
                self._file.finish({**self._report, "store": self._counts()})
        except (sqlite3.Error, OSError) as error:
            self._report_problem(error)
        self._close_file()
        if self._pending and self._stepped:
            self._say(f"The last {len(self._pending)} entries of the session could not be stored.")

    def _close_file(self) -> None:
        if self._file:
            self._file.close()
        self._file = None
