"""The thread of the model: searches faces between hops, and steps at each hop's end. Nothing waits for it.

Owns the session, the model and all their state. A step that is late by n hops skips n, and they are counted.
"""

from __future__ import annotations

from collections.abc import Callable

from core.engine.command_queue import CommandQueue
from core.engine.estimate_publisher import EstimatePublisher
from core.engine.guarded_face_finder import GuardReporter
from core.engine.hop_schedule import HopSchedule
from core.engine.run_control import RunControl
from core.engine.status_store import StatusStore
from core.session.session import Session
from core.status import RunState
from core.types import Sighting


class InferenceThread:
    """`run` is the body of the thread. `commands` change the session before its next step.

    `open_session` opens the model, on this thread; `control.ready` is set then.
    """

    def __init__(
        self,
        open_session: Callable[[], Session],
        schedule: HopSchedule,
        guard: GuardReporter,
        publisher: EstimatePublisher,
        control: RunControl,
        status_store: StatusStore,
    ) -> None:
        self._open_session, self._schedule = open_session, schedule
        self._guard, self._publisher = guard, publisher
        self._control, self._status_store = control, status_store
        self._session: Session | None = None
        self.commands: CommandQueue[Session] = CommandQueue()

    @property
    def sighting(self) -> Sighting | None:
        """The newest sighting."""
        return self._session.sighting if self._session else None

    def run(self) -> None:
        """Open the session, then step hop after hop until stopped or until a medium is over."""
        session = self._session = self._open_session()
        self._control.ready.set()
        self._status_store.set_state(RunState.LIVE, only_from=(RunState.STARTING,))
        while not self._control.stop.is_set() and not self._schedule.is_over(session):
            self.commands.run(session)
            end_s = self._schedule.due_end_s(session)
            if end_s is not None:
                self._step(session, end_s)
            elif not session.glance(self._control.clock()):
                self._schedule.rest(session)
        if not self._control.stop.is_set():
            self._control.clock.hold()
            self._status_store.set_state(RunState.ENDED, only_from=(RunState.LIVE, RunState.PAUSED))

    def _step(self, session: Session, end_s: float) -> None:
        skipped_before = session.skipped
        late_s = self._schedule.late_sound_s(end_s)
        self._guard.update(end_s)
        estimate = session.step(end_s)
        self._publisher.publish(estimate, session.skipped - skipped_before, late_s)
