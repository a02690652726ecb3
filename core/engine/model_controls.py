"""What may be changed about the model and its stream while a session runs; each change is noted in the diary."""

from __future__ import annotations

from core.engine.inference_thread import InferenceThread
from core.engine.shared_state import Shared
from core.faults import Faults
from core.self_report.personal_calibration import PersonalCalibration
from core.session.session import Session
from core.types import FEEDBACK_OFF, FEEDBACK_ON, FEEDBACK_RESET, Event


class ModelControls:
    """Its verbs may be called from any thread, also before the model is open; the thread of the model obeys.

    What changes what the model remembers is stamped with the end of the last hop before it, so that a session that is
    scored again changes at the same step.
    """

    def __init__(self, inference: InferenceThread, shared: Shared) -> None:
        self._inference, self._injector = inference, shared.session_options.injector
        self._status_store, self._session_log = shared.status_store, shared.session_log

    def explain(self, wanted: bool) -> None:
        """Whether estimates from the next step on carry an explanation; costs a little of each step."""
        self._inference.ask(lambda session: session.explain(wanted))

    def feed_back(self, wanted: bool) -> None:
        """Whether the model is fed its own last estimate: the off switch of the loop."""
        self._inference.ask(lambda session: self._feed_back(session, wanted))
        self._status_store.note(feedback=wanted)

    def reset_feedback(self) -> None:
        """Have the model forget its last estimate, and nothing else."""
        self._inference.ask(self._reset_feedback)

    def _feed_back(self, session: Session, wanted: bool) -> None:
        session.feed_back(wanted)
        self._session_log.tell(Event(session.last_end_s, "feedback", FEEDBACK_ON if wanted else FEEDBACK_OFF))

    def _reset_feedback(self, session: Session) -> None:
        session.reset_feedback()
        self._session_log.tell(Event(session.last_end_s, "feedback", FEEDBACK_RESET))

    def inject(self, faults: Faults) -> None:
        """Put these faults into the stream, before anything looks at it."""
        self._injector.set(faults)
        self._status_store.note(faults=tuple(faults.words()))
        self._session_log.happened("fault", " ".join(faults.words()) or "All faults were taken out.")

    def calibrate(self, personal: PersonalCalibration | None) -> None:
        """Take up another personal calibration, or none, from the next step on."""
        self._inference.ask(lambda _session: self._inference.calibrate(personal))
