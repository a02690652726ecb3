"""How other threads ask one of the engine's threads for something: calls in a queue, run on that thread in order."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")


class CommandQueue(Generic[T]):
    """Commands for the owner of a `T`. `put` may be called from any thread; the rest belongs to the owner's thread."""

    def __init__(self) -> None:
        self._commands: SimpleQueue[Callable[[T], object]] = SimpleQueue()
        self._waiting = Event()

    def put(self, command: Callable[[T], object]) -> None:
        """Have the owner call `command` with its `T`, after the commands before it."""
        self._commands.put(command)
        self._waiting.set()

    @property
    def is_waiting(self) -> bool:
        """Whether a command is waiting."""
        return self._waiting.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep until a command is waiting; False where none came in time."""
        return self._waiting.wait(timeout_s)

    def run(self, target: T) -> None:
        """Call every waiting command with `target`."""
        self._waiting.clear()  # before the queue is read, so that a command put meanwhile is never missed
        while True:
            try:
                command = self._commands.get_nowait()
            except Empty:
                return
            command(target)
