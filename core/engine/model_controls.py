"""What may be changed about the model and its input while a session runs; each change goes into the session log."""

from __future__ import annotations

from collections.abc import Callable

from core.engine.command_queue import CommandQueue
from core.engine.session_log import SessionLog
from core.engine.status_store import StatusStore
from core.faults import FaultInjector, Faults
from core.self_report.personal_calibration import PersonalCalibration
from core.session.session import Session
from core.types import FEEDBACK_OFF, FEEDBACK_ON, FEEDBACK_RESET, Event


class ModelControls:
    """May be called from any thread, also before the model is open; the inference thread carries the changes out.

    A change of the model's state is logged at the end of the last hop before it, so that a session that is scored
    again changes at the same step. `apply_calibration` is called on the inference thread.
    """

    def __init__(
        self,
        commands: CommandQueue[Session],
        injector: FaultInjector,
        apply_calibration: Callable[[PersonalCalibration | None], None],
        status_store: StatusStore,
        session_log: SessionLog,
    ) -> None:
        self._commands, self._injector, self._apply_calibration = commands, injector, apply_calibration
        self._status_store, self._session_log = status_store, session_log

    def explain(self, wanted: bool) -> None:
        """Whether estimates from the next step on carry an explanation, which adds a little to each step."""
        self._commands.put(lambda session: session.explain(wanted))

    def feed_back(self, wanted: bool) -> None:
        """Whether the model is fed its own last estimate."""
        self._commands.put(lambda session: self._feed_back(session, wanted))
        self._status_store.update(feedback=wanted)

    def reset_feedback(self) -> None:
        """Clear the model's last estimate and nothing else."""
        self._commands.put(self._reset_feedback)

    def inject(self, faults: Faults) -> None:
        """Apply these faults to the input from the next chunk on."""
        self._injector.set(faults)
        self._status_store.update(faults=tuple(faults.words()))
        self._session_log.add_event("fault", " ".join(faults.words()) or "All faults were switched off.")

    def calibrate(self, personal: PersonalCalibration | None) -> None:
        """Apply another personal calibration, or none, from the next step on."""
        self._commands.put(lambda _session: self._apply_calibration(personal))

    def _feed_back(self, session: Session, wanted: bool) -> None:
        session.feed_back(wanted)
        self._session_log.add(Event(session.last_end_s, "feedback", FEEDBACK_ON if wanted else FEEDBACK_OFF))

    def _reset_feedback(self, session: Session) -> None:
        session.reset_feedback()
        self._session_log.add(Event(session.last_end_s, "feedback", FEEDBACK_RESET))
