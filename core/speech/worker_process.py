"""A process of our own that listens: started, asked, heard and ended, for whoever recognises words beside this process.

Its answers are waited for in short looks, so that whoever waits can be told to end; whatever ends the child too early
arrives here as one `SpeechError`. Pipes and not sockets, in one direction each.
"""

from __future__ import annotations

import logging
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from core.errors import MonitorError, SpeechError

_log = logging.getLogger(__name__)
_LOOK_S = 0.1
_ENDS_WITHIN_S = 0.5
_GONE = "The word recogniser ended unexpectedly. Start again."

Ending = Callable[[], bool]
"""Whether the one who waits should wait no more."""
Work = Callable[..., None]
"""Body of a child: called with the connection that asks, the one that answers, and its own arguments."""


class WorkerProcess:
    """One process. `receive` raises `SpeechError` when it failed or died, or when `ending` says that all is over."""

    def __init__(self, name: str, work: Work, *arguments: Any, ending: Ending = lambda: False) -> None:
        context = get_context("spawn")
        there_asked, self._ask = context.Pipe(duplex=False)
        self._answers, there_answers = context.Pipe(duplex=False)
        self._name, self._ending = name, ending
        self._process = context.Process(
            target=run_work, args=(work, there_asked, there_answers, *arguments), name=name, daemon=True
        )
        self._process.start()
        there_asked.close()
        there_answers.close()

    def send(self, message: Any) -> None:
        """Ask for something; that nobody is there any more is said by the missing answer."""
        with suppress(BrokenPipeError):
            self._ask.send(message)

    def receive(self) -> Any:
        """The next answer."""
        try:
            while not self._answers.poll(_LOOK_S):
                if self._ending():
                    raise SpeechError("The word recogniser was ended.")
            answer = self._answers.recv()
        except (EOFError, ConnectionError) as error:
            raise SpeechError(_GONE) from error
        if isinstance(answer, SpeechError):
            _log.log(logging.ERROR if hasattr(answer, "__notes__") else logging.DEBUG, "%s: %s", self._name, answer)
            raise answer
        return answer

    def close(self) -> None:
        """End the process, kindly and then not."""
        self._ask.close()
        self._answers.close()
        self._process.terminate()
        self._process.join(_ENDS_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_ENDS_WITHIN_S)
        if not self._process.is_alive():
            self._process.close()


def run_work(work: Work, asked: Connection, answers: Connection, *arguments: Any) -> None:
    """The process: does its work until nobody asks or listens any more; says why where it cannot."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all; the one that started this one ends it
    with _Telling(answers):
        work(asked, answers, *arguments)


class _Telling:
    """Around the child's work: a failure of any kind is sent, with its trace as a note, and never printed."""

    def __init__(self, answers: Connection) -> None:
        self._answers = answers

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception) and not isinstance(error, (EOFError, BrokenPipeError)):
            with suppress(BrokenPipeError):
                self._answers.send(_as_speech_error(error))
        return isinstance(error, Exception)


def _as_speech_error(error: Exception) -> SpeechError:
    if isinstance(error, MonitorError):
        return SpeechError(str(error))
    told = SpeechError(f"The word recogniser failed ({type(error).__name__}: {error}). Start again.")
    told.add_note("".join(traceback.format_exception(error)))
    return told
