"""Whether a session runs: its clock, and the flags by which its threads start, pause and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from core.engine.session_clock import SessionClock


@dataclass(frozen=True, slots=True)
class RunControl:
    """`ready`: the model is open. `paused`: devices are released. `stop`: every thread ends. Thread-safe."""

    clock: SessionClock = field(default_factory=SessionClock)
    ready: Event = field(default_factory=Event)
    paused: Event = field(default_factory=Event)
    stop: Event = field(default_factory=Event)

    def pause(self) -> None:
        """Hold the clock and have devices released."""
        self.paused.set()
        self.clock.hold()

    def resume(self) -> None:
        """Undo `pause`."""
        self.clock.run()
        self.paused.clear()
