"""Made-up estimates and facts for the tests of the store, all different."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.session_observer import SessionFacts
from core.settings import StoreSettings
from core.store.recorder import SessionRecorder
from core.types import MODALITIES, Estimate, Explanation, Presence, Reason

ID = "20261122T100000Z-aaaaaa"
WIDTHS = {"audio": 6, "visual": 5, "text": 4}


def facts(session_id: str = ID, **more: object) -> SessionFacts:
    return SessionFacts(id=session_id, started_utc="2026-11-22T10:00:00+00:00", **more)  # type: ignore[arg-type]


def estimate(t_s: float, seed: int = 0, explained: bool = False, plain: bool = False) -> Estimate:
    """Every seventh has no modality, every third no words, every fifth is undecided."""
    draw = np.random.default_rng([seed, round(t_s * 1000)])
    nothing, undecided = round(2 * t_s) % 7 == 0, round(2 * t_s) % 5 == 0
    here = np.array([not nothing, not nothing, not nothing and round(2 * t_s) % 3 != 0])
    weights = np.where(here, draw.dirichlet(np.ones(3)), 0.0).astype(np.float32)
    reasons = (Reason.SILENCE, Reason.NO_FACE, Reason.NO_WORDS)
    return Estimate(
        t_s=t_s,
        probabilities=np.full(4, np.nan, np.float32) if nothing else _shares(draw, 4),
        weights=weights,
        weight_low=weights * np.float32(0.9),
        weight_high=weights * np.float32(1.1),
        presence={
            name: Presence(True, float(np.float32(draw.random())))
            if here[place]
            else Presence(False, 0.0, reasons[place])
            for place, name in enumerate(MODALITIES)
        },
        abstains=Reason.NOTHING_PRESENT if nothing else Reason.WEAK_EVIDENCE if undecided else None,
        compute_ms=float(np.float32(10 + draw.random())),
        explanation=_explanation(draw) if explained else None,
        plain=_shares(draw, 4) if plain and not nothing else None,
        features={
            name: draw.normal(size=WIDTHS[name]).astype(np.float16)
            for place, name in enumerate(MODALITIES)
            if here[place]
        },
        since_word_s=float(np.float32(draw.exponential(8.0))) if round(2 * t_s) % 4 else float("nan"),
    )


def record(library: Path, count: int = 20, session_id: str = ID, **more: object) -> list[Estimate]:
    """Record and end a session of `count` steps without words or entries; returns the estimates."""
    recorder = SessionRecorder(library, StoreSettings(words=True, features=True), lambda _: None)
    recorder.begin(facts(session_id, **more))
    made = [estimate(0.5 * (place + 1)) for place in range(count)]
    for each in made:
        recorder.step(each)
    recorder.end({"steps": count})
    return made


def _shares(draw: np.random.Generator, count: int) -> np.ndarray:
    return draw.dirichlet(np.ones(count)).astype(np.float32)


def _explanation(draw: np.random.Generator) -> Explanation:
    def some(*shape: int) -> np.ndarray:
        return draw.random(shape).astype(np.float32)

    return Explanation(heard=some(3, 3, 8), told=some(3, 3), without=some(3, 4), evidence=some(4), feedback=some(4))
