"""PulseAudio, or PipeWire in its place: the loudspeakers that it has, and what this process records from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Timer
from typing import Any, TypeVar

from core.errors import CaptureError

T = TypeVar("T")
PROCESS_ID = "application.process.id"
"""The property in which a client says which process it is; not every server passes it on to the client's streams."""
NO_SERVER = (
    "What the computer plays cannot be heard: no PulseAudio or PipeWire answers. Use headphones, or start the sound "
    "server."
)
NO_ANSWER = (
    "What the computer plays cannot be heard: the sound server does not answer. Use headphones, or restart it: log out "
    "and in again."
)
ANSWERS_WITHIN_S = 3.0
"""A sound server that needs longer for one answer hangs."""
NO_LIBRARY = (
    "What the computer plays cannot be heard: PulseAudio's library is missing. Use headphones, or run: sudo apt-get "
    "install libpulse0"
)


@dataclass(frozen=True, slots=True)
class Sink:
    """A loudspeaker or headphones. `monitor` is the index of the source that gives what it plays."""

    name: str
    description: str
    monitor: int
    is_default: bool


class SoundServer:
    """A connection; belongs to the thread that made it. Everything raises `CaptureError` where no server answers."""

    def __init__(self) -> None:
        try:
            import pulsectl
        except (ImportError, OSError) as error:
            raise CaptureError(NO_LIBRARY) from error
        self._error = pulsectl.PulseError
        self._pulse: Any = pulsectl.Pulse("edu-emotionnet", connect=False)
        try:
            self._ask(self._pulse.connect)  # with a timeout, pulsectl waits it out even when the server has answered
        except CaptureError:
            self._pulse.close()
            raise

    def sinks(self) -> list[Sink]:
        """Every loudspeaker, the default one first."""
        default = self._ask(self._pulse.server_info).default_sink_name
        found = [
            Sink(sink.name, sink.description, sink.monitor_source, sink.name == default)
            for sink in self._ask(self._pulse.sink_list)
        ]
        return sorted(found, key=lambda sink: not sink.is_default)

    def sink(self, name: str) -> Sink:
        """The loudspeaker of that name or description; "auto": the default one."""
        found = self.sinks()
        chosen = [sink for sink in found if name in ("auto", sink.name, sink.description)]
        if not chosen:
            names = ", ".join(f"'{sink.description}'" for sink in found) or "none"
            raise CaptureError(f"The loudspeaker '{name}' is not there. Choose \"auto\", or one of: {names}.")
        return chosen[0]

    def recorded(self) -> list[int]:
        """Index of the source of each stream that this process records."""
        clients, streams = self._ask(self._pulse.client_list), self._ask(self._pulse.source_output_list)
        own = {client.index for client in clients if client.proplist.get(PROCESS_ID) == str(os.getpid())}
        return [stream.source for stream in streams if stream.client in own]

    def close(self) -> None:
        """End the connection."""
        self._pulse.close()

    def _ask(self, question: Callable[[], T]) -> T:
        """The answer. A connection on which it takes too long is closed from another thread, which ends the wait."""
        hangs = Event()

        def give_up() -> None:
            hangs.set()
            self._pulse.close()

        watch = Timer(ANSWERS_WITHIN_S, give_up)
        watch.daemon = True
        watch.start()
        try:
            return question()
        except self._error as error:
            raise CaptureError(NO_ANSWER if hangs.is_set() else NO_SERVER) from error
        except Exception as error:  # whatever pulsectl makes of a connection that was closed meanwhile
            if not hangs.is_set():
                raise
            raise CaptureError(NO_ANSWER) from error
        finally:
            watch.cancel()
