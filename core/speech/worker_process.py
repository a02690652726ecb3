"""A child process that recognises words: started, called, and ended by this process.

Answers are polled for, so that waiting can be cut short; whatever ends the child too early arrives here as one
`SpeechError`. Pipes and not sockets, one for each direction.
"""

from __future__ import annotations

import logging
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from core.errors import CodePlaces, MonitorError, RecognizerEndedError, SpeechError

_logger = logging.getLogger(__name__)
_POLL_S = 0.1
_ENDS_WITHIN_S = 0.5
_GONE = "The word recogniser ended unexpectedly. Start again."

IsEnding = Callable[[], bool]
"""Whether waiting for an answer should be cut short."""
Work = Callable[..., None]
"""Body of a child: called with the connection of requests, the one of answers, and its own arguments."""


class WorkerProcess:
    """One child. `receive` raises `SpeechError` if it failed or died, and `RecognizerEndedError` once it is ending."""

    def __init__(self, name: str, work: Work, *arguments: Any, is_ending: IsEnding = lambda: False) -> None:
        context = get_context("spawn")
        child_requests, self._requests = context.Pipe(duplex=False)
        self._answers, child_answers = context.Pipe(duplex=False)
        self._name, self._is_ending = name, is_ending
        self._process = context.Process(
            target=run_work, args=(work, child_requests, child_answers, *arguments), name=name, daemon=True
        )
        self._process.start()
        child_requests.close()
        child_answers.close()

    def send(self, message: Any) -> None:
        """Send a request; if the child is gone, `receive` reports it."""
        with suppress(BrokenPipeError):
            self._requests.send(message)

    def receive(self) -> Any:
        """The next answer."""
        try:
            while not self._answers.poll(_POLL_S):
                if self._is_ending():
                    raise RecognizerEndedError
            answer = self._answers.recv()
        except (EOFError, ConnectionError) as error:
            raise SpeechError(_GONE) from error
        if isinstance(answer, SpeechError):
            if notes := getattr(answer, "__notes__", ()):
                _logger.error("The process %s failed: %s", self._name, CodePlaces(" < ".join(notes)))
            raise answer
        return answer

    def close(self) -> None:
        """Terminate the process, and kill it if it does not end."""
        self._requests.close()
        self._answers.close()
        self._process.terminate()
        self._process.join(_ENDS_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_ENDS_WITHIN_S)
        if not self._process.is_alive():
            self._process.close()


def run_work(work: Work, requests: Connection, answers: Connection, *arguments: Any) -> None:
    """The child's body: works until the parent is gone. A failure is sent as `SpeechError` and never printed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes; the parent ends this one
    try:
        work(requests, answers, *arguments)
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:  # noqa: BLE001  # the parent logs it, with the code places as notes
        with suppress(BrokenPipeError):
            answers.send(_as_speech_error(error))


def _as_speech_error(error: Exception) -> SpeechError:
    if isinstance(error, MonitorError):
        return SpeechError(str(error))
    failure = SpeechError(f"The word recogniser failed ({type(error).__name__}: {error}). Start again.")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):  # an exception's traceback does not travel
        failure.add_note(f"{Path(frame.filename).stem}:{frame.lineno} {frame.name}")
    return failure
