"""Keeps a session on disk while it runs. The engine's threads leave what they have in a queue; one thread writes it.

Each hop is committed by itself, so the end of the program at any moment costs the newest hop at most. While the disk
does not take it, everything waits in memory, the session goes on, and one sentence says so.
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
from core.store.database import why
from core.store.layout import MEDIA, session_folder
from core.store.media import MediaRecorder
from core.store.session_file import Item, SessionFile
from core.types import Chunk, Entry, Estimate, Event, Word

THREAD_NAME = "engine-store"
PENDING_AT_MOST = 20_000
"""Steps, words and entries that wait in memory for the disk: more than two hours of them."""
BATCH_AT_MOST = 2_000
RETRY_S = 1.0
END_WITHIN_S = 1.8
MEDIA_WITHIN_S = 0.8
"""The part of it that picture and sound may take."""


class SessionRecorder:
    """A `Follower` that keeps one session in `shelf / facts.id`, a folder that is made with the first step.

    `say` is called on the recorder's thread with what a person should know. Pictures and sound are only kept from
    `begin` on; of steps, words and entries nothing is left out that came before.
    """

    def __init__(self, library: Path, wishes: StoreSettings, say: Callable[[str], None]) -> None:
        self._library, self._wishes, self._say = library, wishes, say
        self._media = MediaRecorder(say) if wishes.media else None
        self._changed = Condition()  # guards everything up to the next empty line
        self._pending: deque[Item] = deque()
        self._lost = 0
        self._unfit = 0
        self._stepped = self._ended = False
        self._now_s = 0.0
        self._report: Mapping[str, Any] = {}

        self._thread: Thread | None = None
        self._file: SessionFile | None = None
        self._problem = ""

    @property
    def problem(self) -> str:
        """What keeps the session from being kept; empty while all is well."""
        return self._problem or (self._media.problem if self._media else "")

    def begin(self, facts: SessionFacts) -> None:
        """Start writing. Raises `StoreError` for an id that cannot be a folder's name."""
        folder = session_folder(self._library, facts.id)
        self._thread = Thread(target=self._run, args=(folder, facts), name=THREAD_NAME, daemon=True)
        self._thread.start()

    def step(self, estimate: Estimate) -> None:
        """Keep a step."""
        self._put([estimate], estimate.t_s)

    def words(self, final: Sequence[Word]) -> None:
        """Keep words, where that was asked for."""
        if self._wishes.words and final:
            self._put(final, final[-1].end_s)

    def entry(self, entry: Entry) -> None:
        """Keep an entry."""
        self._put([entry], entry.t_s)

    def chunk(self, chunk: Chunk) -> None:
        """Keep picture or sound, where that was asked for."""
        if self._media and self._thread:
            self._media.put(chunk)

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """Write what is left and the report, which gets what storing itself has to say under "store"; close.

        The thread's name where the disk holds it up.
        """
        with self._changed:
            if not self._ended:
                self._report, self._ended = report, True
            self._changed.notify_all()
        if self._thread is None:
            return []
        self._thread.join(END_WITHIN_S)
        return [self._thread.name] if self._thread.is_alive() else []

    def _account(self) -> dict[str, int]:
        lost_pictures = self._media.dropped if self._media else 0
        return {"entries_lost": self._lost, "entries_unfit": self._unfit, "pictures_dropped": lost_pictures}

    def _put(self, items: Sequence[Item], now_s: float) -> None:
        with self._changed:
            if self._ended:
                return
            self._pending.extend(items)
            self._stepped = self._stepped or isinstance(items[0], Estimate)
            self._now_s = max(self._now_s, now_s)
            self._forget_oldest()
            self._changed.notify_all()

    def _forget_oldest(self) -> None:
        while len(self._pending) > PENDING_AT_MOST:
            self._pending.popleft()
            self._lost += 1

    def _run(self, folder: Path, facts: SessionFacts) -> None:
        try:
            self._keep_all(folder, facts)
        finally:
            if not self._ended:
                self._problem = "The session is no longer stored: a fault of this program stopped it. Please report it."
            self._close()

    def _keep_all(self, folder: Path, facts: SessionFacts) -> None:
        while batch := self._take():
            last_try = self._ended
            if self._kept(batch, folder, facts):
                continue
            self._give_back(batch)
            if last_try:
                return
            with self._changed:
                self._changed.wait_for(lambda: self._ended, RETRY_S)

    def _take(self) -> list[Item]:
        """What is there to be written, once a step was made; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or (self._stepped and self._pending))
            if not self._stepped:
                return []
            return [self._pending.popleft() for _ in range(min(len(self._pending), BATCH_AT_MOST))]

    def _give_back(self, batch: list[Item]) -> None:
        with self._changed:
            self._pending.extendleft(reversed(batch))
            self._forget_oldest()

    def _kept(self, batch: list[Item], folder: Path, facts: SessionFacts) -> bool:
        try:
            if self._file is None:
                self._file = SessionFile(folder, facts, self._wishes.features)
            unfit = self._file.append([*batch, *self._relief()])
        except (sqlite3.Error, OSError) as error:
            self._complain(error)
            return False
        if self._problem:
            self._relieve()
        self._leave_out(unfit)
        if self._media:
            self._media.begin(folder / MEDIA)
        return True

    def _leave_out(self, unfit: list[str]) -> None:
        """Count what cannot be stored by its nature, and say so the first time."""
        if unfit and not self._unfit:
            self._say(f"Something could not be stored ({unfit[0]}). It is left out and counted; all else is stored.")
        self._unfit += len(unfit)

    def _complain(self, error: sqlite3.Error | OSError) -> None:
        if isinstance(error, OSError):
            self._let_go()
        if not self._problem:
            self._problem = (
                f"The session is not being stored ({why(error)}). It goes on, and what was not stored waits in memory."
            )
            self._say(self._problem)

    def _relief(self) -> list[Event]:
        """What is noted in the session with the first entries that are stored again."""
        return [Event(self._now_s, "storing", f"stored again, {self._what_was_lost()}")] if self._problem else []

    def _relieve(self) -> None:
        self._problem = ""
        self._say(f"The session is being stored again; {self._what_was_lost()}.")

    def _what_was_lost(self) -> str:
        return f"{self._lost} entries were lost" if self._lost else "nothing that waited was lost"

    def _close(self) -> None:
        if self._media:
            self._media.end(MEDIA_WITHIN_S)
        try:
            if self._file and not self._problem:
                self._file.finish({**self._report, "store": self._account()})
        except (sqlite3.Error, OSError) as error:
            self._complain(error)
        self._let_go()
        if self._pending and self._stepped:
            self._say(f"The last {len(self._pending)} entries of the session could not be stored.")

    def _let_go(self) -> None:
        if self._file:
            self._file.close()
        self._file = None
