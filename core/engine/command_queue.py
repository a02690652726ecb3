"""A queue of calls that other threads submit to the thread that owns an object."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class CommandQueue(Generic[T]):
    """Commands for the owner of a `T`. `put` may be called from any thread; the rest belongs to the owner's thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._commands: deque[Callable[[T], object]] = deque()

    def put(self, command: Callable[[T], object]) -> None:
        """Have the owner call `command` with its `T`, after the commands before it."""
        with self._changed:
            self._commands.append(command)
            self._changed.notify_all()

    @property
    def is_waiting(self) -> bool:
        """Whether a command is waiting."""
        return bool(self._commands)

    def wait(self, timeout_s: float) -> bool:
        """Sleep until a command is waiting; False where none came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._commands), timeout_s)

    def run(self, target: T) -> None:
        """Call every waiting command with `target`, also those that are put meanwhile."""
        while self._commands:
            self._commands.popleft()(target)
