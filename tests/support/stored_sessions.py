"""A made-up stored session with deterministic columns like those of a real one, for tests that read sessions.

States come in stretches, modalities disappear and come back, the program abstains, words, markers and reports occur;
there is a pause, and here and there a hop was skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.reporting.versions import versions
from core.session_observer import SessionFacts
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.store.stored_session import SessionLine, StoredFeatures, StoredSession
from core.types import MODALITIES, STATES, Activity, Event, Marker, Modality, Reason, SelfReport, TranscriptWord, Word

HOP_S = 0.5
PAUSE_S = 15.0
COMPACT_WIDTHS: dict[Modality, int] = {"audio": 192, "visual": 240, "text": 384}
ABSENT_BECAUSE = (Reason.SILENCE, Reason.NO_FACE, Reason.NO_WORDS)
SAID = (
    "so the derivative of a product is", "the first times the derivative of the second", "but why does the sign change",
    "I see it now", "okay let me try the next one", "wait that cannot be right",
)  # fmt: skip
"""The spoken sentences."""
_STRETCH_S, _AWAY_S = 35.0, 12.0


@dataclass(frozen=True)
class Wanted:
    """Properties of the made-up session."""

    duration_s: float = 600.0
    seed: int = 1
    id: str = "20261120-101500-3f9a"
    participant: str = ""
    purpose: str = "self"
    explained: bool = False
    """Fill `without`, `evidence` and `told`, as if Explain was open."""


def stored_session(duration_s: float = 600.0, seed: int = 1, **more: object) -> StoredSession:
    """A session of `duration_s` seconds on the session clock; `more` are fields of `Wanted`."""
    wanted = Wanted(duration_s, seed, **more)  # type: ignore[arg-type]
    draw = np.random.default_rng(wanted.seed)
    steps = _steps(wanted, draw)
    words = _words(steps, draw)
    markers = (
        Marker(0.10 * duration_s, "begin"),
        Marker(0.45 * duration_s, "task 2 <shown>", "lab"),
        Marker(0.90 * duration_s, "end"),
    )
    reports = tuple(
        SelfReport(float(at_s), state, "probe" if place % 3 == 2 else "own")
        for place, (at_s, state) in enumerate(
            zip(np.linspace(0.05, 0.95, 7) * duration_s, (*STATES, "Other", "None", "Curious"), strict=True)
        )
    )
    return StoredSession(
        line=_line(wanted, steps, words, len(reports), len(markers)),
        facts=_facts(wanted),
        steps=steps,
        transcript=tuple(map(TranscriptWord, words)),
        markers=markers,
        reports=reports,
        activities=(
            Activity(0.0, "task", "Calculus, sheet 4"),
            Activity(0.02 * duration_s, "focus", "block 1"),
            Activity(0.50 * duration_s, "break"),
            Activity(0.55 * duration_s, "focus", "block 2"),
            Activity(0.70 * duration_s, "note", "product rule clicked"),
        ),
        events=(Event(_pause(wanted), "run", "paused"), Event(_pause(wanted) + PAUSE_S, "run", "resumed")),
        timing={"duration_s": duration_s, "steps": len(steps), "skipped_hops": 3, "audio": {"drift_ppm": 4.2}},
    )


def stored_features(
    session: StoredSession, widths: Mapping[Modality, int] | None = None, encoders: str = "0" * 16
) -> StoredFeatures:
    """Encoder vectors for every step, float16 exactly, zeros where absent. The default widths are the compact ones."""
    draw = np.random.default_rng(7)
    present = session.steps.present
    vectors: dict[Modality, NDArray[np.float32]] = {}
    for place, modality in enumerate(MODALITIES):
        width = (widths or COMPACT_WIDTHS)[modality]
        drawn = draw.normal(0.0, 1.0, (len(present), width)).astype(np.float16).astype(np.float32)
        vectors[modality] = np.where(present[:, place, None], drawn, np.float32(0.0))
    return StoredFeatures(session.steps.t_s, present, vectors, session.steps.since_word_s, encoders)


def _pause(wanted: Wanted) -> float:
    return round(0.6 * wanted.duration_s / HOP_S) * HOP_S


def _times(wanted: Wanted) -> NDArray[np.float64]:
    """Ends of hops, without those of the pause and three that were skipped."""
    ends_s = np.arange(1, int(wanted.duration_s / HOP_S) + 1) * HOP_S
    long_enough = wanted.duration_s > 4 * PAUSE_S
    paused = (ends_s > _pause(wanted)) & (ends_s <= _pause(wanted) + PAUSE_S) & long_enough
    skipped = np.isin(np.arange(len(ends_s)), (len(ends_s) // 4 + np.array([0, 1, 9])))
    return np.asarray(ends_s[~paused & ~skipped])


def _stretches(count: int, mean: float, choices: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """(count,) random choices, each repeated for about `mean` steps."""
    lengths = 1 + draw.geometric(1.0 / mean, size=count)
    picks = draw.integers(0, choices, size=count)
    return np.asarray(np.repeat(picks, lengths)[:count])


def _present(count: int, draw: np.random.Generator) -> NDArray[np.bool_]:
    away = [_stretches(count, _AWAY_S / HOP_S, choices, draw) == 0 for choices in (3, 7, 3)]
    present = ~np.stack(away, axis=1)
    present[count // 3 : count // 3 + min(12, count // 20)] = False  # everything away, for six seconds at most
    return np.asarray(present)


def _steps(wanted: Wanted, draw: np.random.Generator) -> StepColumns:
    t_s = _times(wanted)
    count = len(t_s)
    present = _present(count, draw)
    seen = present.any(axis=1)
    shown = _stretches(count, _STRETCH_S / HOP_S, len(STATES), draw)
    logits = draw.normal(0.0, 0.35, (count, len(STATES)))
    logits[np.arange(count), shown] += 1.6 + 0.9 * np.sin(np.arange(count) / 37.0)
    probabilities = _shares(logits)
    weak = probabilities.max(axis=1) < 0.42
    probabilities[~seen] = np.nan
    abstains = np.where(seen, np.where(weak, _code(Reason.WEAK_EVIDENCE), NO_REASON), _code(Reason.NOTHING_PRESENT))
    weights = _shares(np.where(present, draw.normal((0.4, 0.7, 0.2), 0.3, (count, 3)), -np.inf))
    band = np.where((weights > 0) & (weights < 1), 0.05, 0.0)
    codes = np.array([_code(reason) for reason in ABSENT_BECAUSE])
    looked_at = wanted.explained
    return StepColumns(
        t_s=t_s,
        probabilities=probabilities.astype(np.float32),
        plain=probabilities.astype(np.float32),
        weights=weights.astype(np.float32),
        weight_low=np.clip(weights - band, 0.0, 1.0).astype(np.float32),
        weight_high=np.clip(weights + band, 0.0, 1.0).astype(np.float32),
        present=present,
        quality=np.where(present, draw.uniform(0.6, 1.0, (count, 3)), 0.0).astype(np.float32),
        reasons=np.where(present, NO_REASON, codes).astype(np.int8),
        abstains=abstains.astype(np.int8),
        since_word_s=_since_word_s(t_s, present[:, MODALITIES.index("text")]),
        mouth_motion=np.full(count, np.nan, np.float32),
        compute_ms=draw.gamma(9.0, 1.3, count).astype(np.float32),
        without=_explained((count, 3, 4), looked_at, draw),
        evidence=_explained((count, 4), looked_at, draw),
        told=_explained((count, 3, 3), looked_at, draw),
    )


def _since_word_s(t_s: NDArray[np.float64], text: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Seconds since the last step with words began; NaN before the first."""
    last = np.maximum.accumulate(np.where(text, t_s - HOP_S, -np.inf))
    return np.where(np.isfinite(last), t_s - last, np.nan).astype(np.float32)


def _shares(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax over the last axis; 0 where everything is masked."""
    highest = logits.max(axis=-1, keepdims=True)
    powers = np.exp(logits - np.where(np.isfinite(highest), highest, 0.0))
    return np.asarray(powers / np.maximum(powers.sum(axis=-1, keepdims=True), 1e-12))


def _explained(shape: tuple[int, ...], looked_at: bool, draw: np.random.Generator) -> NDArray[np.float32]:
    if not looked_at:
        return np.full(shape, np.nan, np.float32)
    return _shares(draw.normal(0.0, 1.0, shape)).astype(np.float32)


def _code(reason: Reason) -> int:
    return REASONS.index(reason)


def _words(steps: StepColumns, draw: np.random.Generator) -> tuple[Word, ...]:
    """About two words per second while a voice is present."""
    said = " ".join(SAID).split()
    spoken = steps.t_s[steps.present[:, MODALITIES.index("audio")]]
    return tuple(
        Word(said[place % len(said)], float(at_s - 0.4), float(at_s - 0.05), round(float(draw.uniform(0.5, 1.0)), 3))
        for place, at_s in enumerate(spoken)
    )


def _facts(wanted: Wanted) -> SessionFacts:
    return SessionFacts(
        id=wanted.id,
        started_utc="2026-11-20T10:15:00+00:00",
        purpose=wanted.purpose,
        participant=wanted.participant,
        input_name="HD Webcam, Microphone",
        profile="compact",
        checkpoint_sha256="b2c68c42da6500f6b8b7f6c40a90faa291a325b708ae04eb1508d4067f1bb75a",
        encoders="0" * 16,
        hop_s=HOP_S,
        settings={"window": {"hop_s": HOP_S, "audio_s": 2.0, "words_s": 12.0}},
        versions=versions(),
    )


def _line(wanted: Wanted, steps: StepColumns, words: tuple[Word, ...], reports: int, markers: int) -> SessionLine:
    return SessionLine(
        id=wanted.id,
        folder=Path("sessions") / wanted.id,
        title="Calculus, sheet 4",
        started_utc="2026-11-20T10:15:00+00:00",
        duration_s=wanted.duration_s,
        purpose=wanted.purpose,
        participant=wanted.participant,
        study_id="",
        keep_until="",
        input_kind="devices",
        input_name="HD Webcam, Microphone",
        profile="compact",
        checkpoint_sha256="b2c68c42da6500f6b8b7f6c40a90faa291a325b708ae04eb1508d4067f1bb75a",
        steps=len(steps),
        words=len(words),
        reports=reports,
        markers=markers,
        has_features=True,
        has_media=False,
        complete=True,
        size_bytes=1_234_567,
    )
