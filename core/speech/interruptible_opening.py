"""Opens a recogniser without making the end of a session wait for it: a large model takes many seconds to load."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread

from core.errors import RecognizerEndedError
from core.speech.base import Recognizer
from core.speech.worker_process import IsEnding

_POLL_S = 0.05


def open_unless_ending(open_recognizer: Callable[[], Recognizer], is_ending: IsEnding) -> Recognizer:
    """What `open_recognizer` returns or raises; `RecognizerEndedError` at once when `is_ending` returns True."""
    opening = _Opening(open_recognizer)
    thread = Thread(target=opening.run, name="open-recognizer", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_S)
        if is_ending():
            opening.abandon()
            raise RecognizerEndedError
    return opening.result()


class _Opening:
    """A recogniser that is being opened; closed as soon as it is open if nobody wants it any more."""

    def __init__(self, open_recognizer: Callable[[], Recognizer]) -> None:
        self._open = open_recognizer
        self._lock = Lock()
        self._abandoned = False
        self._opened: Recognizer | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Body of the thread."""
        try:
            opened = self._open()
        except Exception as error:  # noqa: BLE001  # raised again by `result`
            self._error = error
            return
        with self._lock:
            self._opened = opened
            if self._abandoned:
                opened.close()

    def abandon(self) -> None:
        """Close the recogniser, now or once it is open."""
        with self._lock:
            self._abandoned = True
            if self._opened:
                self._opened.close()

    def result(self) -> Recognizer:
        """The opened recogniser; raises what opening raised."""
        if self._error:
            raise self._error
        assert self._opened is not None
        return self._opened
