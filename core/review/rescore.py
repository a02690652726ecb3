"""Scores a session again from its stored encoder outputs, without media, with any checkpoint of the same encoders.

The fusion runs as it did in the session: hop by hop with its feedback, with the same resets, and without feedback where
that was switched off. It is unrolled in chunks, which gives the same result as single steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.review.replay_plan import CHUNK, ReplaySpan, spans
from core.session.abstaining import rests_on_doubt
from core.step_columns import NO_REASON, REASONS, StepColumns, unexplained
from core.store.stored_session import StoredFeatures, StoredSession
from core.types import MODALITIES, STATES, Modality, Reason

if TYPE_CHECKING:
    from core.model.calibrated_output import CalibratedOutput
    from core.model.checkpoint import Checkpoint
    from core.model.inputs import Streams
    from core.model.network import NetworkState
    from core.settings import ModelSettings

Progress = Callable[[int, int], object]
"""Called with the number of steps done, and the total."""
Look = Callable[[ReplaySpan, "Streams", "NetworkState"], object]
"""Called before each batch with its span, its inputs and the state before it."""


def rescore(
    features: StoredFeatures,
    checkpoint: Path | None,
    settings: ModelSettings,
    progress: Progress = lambda done, total: None,
    session: StoredSession | None = None,
) -> StepColumns:
    """Estimate every step of a session's encoder outputs with a checkpoint (None: the shipped one).

    `session`, to which the features belong, provides quality and reasons, and the times at which the state was reset
    or feedback switched off. While it is being recorded, only its steps are scored, not newer features.
    Raises `StoreError` for features of other encoders, and `ModelError`.
    """
    return score(open_scorer(features, checkpoint, settings), features, progress, session)


@dataclass(frozen=True, slots=True, eq=False)
class Rescorer:
    """An opened checkpoint, whose encoders made the features, and its device."""

    opened: Checkpoint
    device: str


def open_scorer(features: StoredFeatures, checkpoint: Path | None, settings: ModelSettings) -> Rescorer:
    """Open the checkpoint in a folder, None for the shipped one. Raises as `rescore` does."""
    from core.features.load_model import choose_device, open_checkpoint
    from core.model.checkpoint import encoder_fingerprint

    device = choose_device(settings.device)
    wanted = replace(settings, checkpoint=str(checkpoint or ""), profile="compact", random_weights=False)
    opened = open_checkpoint(wanted, device)
    if encoder_fingerprint(opened.network) != features.encoders:
        raise StoreError(
            "This checkpoint has other encoders than those that made the session's features, so it cannot score "
            "them. Choose one with the same encoders."
        )
    return Rescorer(opened, device)


def score(
    scorer: Rescorer,
    features: StoredFeatures,
    progress: Progress,
    session: StoredSession | None,
    look: Look | None = None,
    longest: int = CHUNK,
) -> StepColumns:
    """As `rescore`, with an open checkpoint; at most `longest` steps per batch, `look` being called before each."""
    features = _as_far_as_read(features, session) if session else features
    known = _of_session(features, session) if session else None
    parts = spans(features.t_s, session.events if session else (), longest)
    return _steps(features, list(_outputs(scorer, features, parts, progress, look)), known)


@dataclass(frozen=True, slots=True, eq=False)
class _Output:
    """T steps: probabilities (T, 4), weights and the ends of their bands (T, 3), whether to abstain (T,)."""

    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    abstain: NDArray[np.bool_]


def _outputs(
    scorer: Rescorer, features: StoredFeatures, parts: Iterator[ReplaySpan], progress: Progress, look: Look | None
) -> Iterator[_Output]:
    import torch

    from core.model.calibrated_output import calibrated_output
    from core.model.uncertainty import WeightBands

    opened = scorer.opened
    fusion = opened.network.fusion
    bands = WeightBands(fusion.weigh, opened.calibration.band_scale)
    widths = {m: getattr(opened.network, m).width for m in MODALITIES}
    state: NetworkState = fusion.start()
    with torch.inference_mode():
        for span in parts:
            if span.forget_all:
                state = fusion.start()
            elif span.forget_feedback:
                state = replace(state, feedback=fusion.start().feedback)
            streams = _streams(features, span, widths, scorer.device)
            if look is not None:
                look(span, streams, state)
            response, state = fusion(streams, state)
            yield _output(calibrated_output(response, bands, opened.calibration))
            progress(span.end, len(features))


def _streams(features: StoredFeatures, span: ReplaySpan, widths: Mapping[Modality, int], device: str) -> Streams:
    """A modality that was never present has vectors of width 0; the fusion needs zeros of the encoder's width."""
    import torch

    from core.model.inputs import Streams

    part = slice(span.first, span.end)
    kept = {m: torch.from_numpy(features.vectors[m][part].copy())[None] for m in MODALITIES}
    vectors = {
        m: (kept[m] if kept[m].shape[-1] else kept[m].new_zeros(1, span.end - span.first, widths[m])).to(device)
        for m in MODALITIES
    }
    known = {name: getattr(features, name)[part].copy() for name in ("present", "since_word_s")}
    return Streams(**vectors, **{name: torch.from_numpy(values)[None].to(device) for name, values in known.items()})


def _output(output: CalibratedOutput) -> _Output:
    """The steps of the one session in the batch, as arrays."""
    return _Output(
        output.probabilities[0].cpu().numpy(),
        output.weights[0].cpu().numpy(),
        output.weight_low[0].cpu().numpy(),
        output.weight_high[0].cpu().numpy(),
        output.abstain[0].cpu().numpy(),
    )


def _steps(features: StoredFeatures, outputs: Sequence[_Output], known: _Known | None) -> StepColumns:
    count = len(features)
    nothing = ~features.present.any(axis=1)
    abstain = np.concatenate([np.zeros(0, bool), *(output.abstain for output in outputs)])
    weak = REASONS.index(Reason.WEAK_EVIDENCE)
    absent: Any = REASONS.index(Reason.NOTHING_PRESENT)
    if known is not None:
        absent = np.where(known.abstains != NO_REASON, known.abstains, absent)
    weights = _joined(outputs, "weights", len(MODALITIES))
    still = REASONS.index(Reason.LIPS_STILL)
    reasons = known.reasons if known else np.full((count, len(MODALITIES)), NO_REASON, np.int8)
    doubted = rests_on_doubt(weights, features.present & (reasons == still))
    probabilities = _joined(outputs, "probabilities", len(STATES))
    return StepColumns(
        t_s=features.t_s,
        probabilities=probabilities,
        plain=probabilities,
        weights=weights,
        weight_low=_joined(outputs, "low", len(MODALITIES)),
        weight_high=_joined(outputs, "high", len(MODALITIES)),
        present=features.present,
        quality=known.quality if known else features.present.astype(np.float32),
        reasons=reasons,
        abstains=np.select([nothing, abstain, doubted], [absent, weak, still], NO_REASON).astype(np.int8),
        since_word_s=features.since_word_s,
        mouth_motion=known.mouth_motion if known else np.full(count, np.nan, np.float32),
        compute_ms=np.full(count, np.nan, np.float32),
        **unexplained(count),
    )


def _joined(outputs: Sequence[_Output], name: str, width: int) -> NDArray[np.float32]:
    return np.concatenate([np.zeros((0, width), np.float32), *(getattr(output, name) for output in outputs)])


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What the session holds about the steps that have features."""

    quality: NDArray[np.float32]
    reasons: NDArray[np.int8]
    abstains: NDArray[np.int8]
    mouth_motion: NDArray[np.float32]


def _as_far_as_read(features: StoredFeatures, session: StoredSession) -> StoredFeatures:
    """The features without those that were recorded after the session's steps were read."""
    if session.line.complete or not len(session.steps):
        return features
    count = int(np.searchsorted(features.t_s, session.steps.t_s[-1], side="right"))
    vectors = {modality: each[:count] for modality, each in features.vectors.items()}
    parts = {name: getattr(features, name)[:count] for name in ("t_s", "present", "since_word_s")}
    return replace(features, vectors=vectors, **parts)


def _of_session(features: StoredFeatures, session: StoredSession) -> _Known:
    steps = session.steps
    places = np.searchsorted(steps.t_s, features.t_s)
    if len(places) and (places[-1] >= len(steps) or not np.array_equal(steps.t_s[places], features.t_s)):
        raise StoreError(
            f"The stored features of session {session.line.id} do not belong to its steps. It cannot be scored."
        )
    return _Known(steps.quality[places], steps.reasons[places], steps.abstains[places], steps.mouth_motion[places])
