"""Publishes each estimate, calibrated if it applies, to status, history and observers."""

from __future__ import annotations

from array import array
from dataclasses import replace

from core.engine.history import History
from core.engine.observers import Observers
from core.engine.privacy_gates import FeatureGate, WordGate
from core.engine.session_log import SessionLog
from core.engine.session_options import SessionOptions
from core.engine.status_store import StatusStore
from core.self_report.personal_calibration import PersonalCalibration
from core.session.protocols import LoadedModel
from core.types import Estimate

CALIBRATED, PLAIN = "Probabilities are calibrated by own reports.", "Probabilities are the model's own."


class EstimatePublisher:
    """Belongs to the inference thread; `hops` and the history may be read from any."""

    def __init__(
        self,
        options: SessionOptions,
        history: History,
        observers: Observers,
        feature_gate: FeatureGate,
        word_gate: WordGate,
        status_store: StatusStore,
        session_log: SessionLog,
    ) -> None:
        self._options, self._history, self._observers = options, history, observers
        self._feature_gate, self._word_gate = feature_gate, word_gate
        self._status_store, self._session_log = status_store, session_log
        self._personal: PersonalCalibration | None = None
        self._sha256 = ""
        self._stepped = array("d")

    @property
    def hops(self) -> list[float]:
        """End times of all hops that were stepped in the session."""
        return list(self._stepped)

    def begin(self, model: LoadedModel) -> None:
        """The model is open: complete the session's facts and begin the observers."""
        self._sha256 = model.sha256
        facts = replace(
            self._options.facts,
            profile=model.profile,
            checkpoint_sha256=model.sha256,
            encoders=model.encoders if self._options.keeps_encoders else "",
            device=model.device,
            hop_s=self._status_store.snapshot().hop_s,
        )
        self._observers.begin(facts)
        self.calibrate(self._options.personal)

    def calibrate(self, personal: PersonalCalibration | None) -> None:
        """Apply this calibration from now on, if it was fitted for the loaded model; else none."""
        fitting = personal if personal is not None and personal.fits(self._sha256) else None
        if fitting != self._personal:
            self._personal = fitting
            self._session_log.add_event("personal", CALIBRATED if fitting else PLAIN)

    def publish(self, estimate: Estimate, skipped: int, late_sound_s: float) -> None:
        """One step was made, after `skipped` hops and without `late_sound_s` of its sound."""
        if self._personal is not None:
            estimate = self._personal.apply(estimate)
        self._status_store.count_step(estimate, skipped, late_sound_s)
        self._history.add(estimate)
        self._stepped.append(estimate.t_s)
        self._observers.step(self._feature_gate.without_bystanders(estimate))
        self._word_gate.flush(estimate.t_s)
