"""Scores a session again from the vectors that its encoders made: no picture, no sound, another fusion if one likes.

The fusion is run as it ran then: hop by hop with its feedback, forgetting where the session forgot, and without
feedback where that was switched off. Unrolled in chunks, which gives what single steps give.
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
from core.store.stored_session import NO_REASON, REASONS, StoredFeatures, StoredSession, StoredSteps
from core.types import MODALITIES, STATES, Modality, Reason

if TYPE_CHECKING:
    from core.model.calibrated_output import CalibratedOutput
    from core.model.checkpoint import Checkpoint
    from core.model.inputs import Streams
    from core.model.network import NetworkState
    from core.settings import ModelSettings

Progress = Callable[[int, int], object]
"""Told how many steps are done, and of how many."""
Look = Callable[[ReplaySpan, "Streams", "NetworkState"], object]
"""Shown steps that are going to be taken in one go, and the state before them."""


def rescore(
    features: StoredFeatures,
    checkpoint: Path | None,
    settings: ModelSettings,
    progress: Progress = lambda done, total: None,
    session: StoredSession | None = None,
) -> StoredSteps:
    """What a checkpoint (None: the shipped one) says of a session's encoder vectors, for every step of them.

    `session`, the one that the vectors are of, gives what they do not hold: quality and reasons, and when its memory
    was cleared or its feedback switched off. While it is being recorded only its steps are scored, not newer vectors.
    Raises `StoreError` for vectors of other encoders, `ModelError`.
    """
    return score(open_scorer(features, checkpoint, settings), features, progress, session)


@dataclass(frozen=True, slots=True, eq=False)
class Rescorer:
    """A checkpoint on its device, whose encoders are those of the features."""

    opened: Checkpoint
    device: str


def open_scorer(features: StoredFeatures, checkpoint: Path | None, settings: ModelSettings) -> Rescorer:
    """The checkpoint in a folder, None for the shipped one. Raises as `rescore` does."""
    from core.features.load_model import choose_device, open_checkpoint
    from core.model.checkpoint import encoder_fingerprint

    device = choose_device(settings.device)
    wanted = replace(settings, checkpoint=str(checkpoint or ""), profile="compact", random_weights=False)
    opened = open_checkpoint(wanted, device)
    if encoder_fingerprint(opened.network) != features.encoders:
        raise StoreError(
            "This checkpoint has other encoders than the ones that made the session's features, so it cannot score "
            "them. Name one that was trained on the same encoders."
        )
    return Rescorer(opened, device)


def score(
    scorer: Rescorer,
    features: StoredFeatures,
    progress: Progress,
    session: StoredSession | None,
    look: Look | None = None,
    longest: int = CHUNK,
) -> StoredSteps:
    """As `rescore`, by a checkpoint that is open; at most `longest` steps in one go, each shown to `look` before."""
    features = _as_far_as_read(features, session) if session else features
    known = _of_session(features, session) if session else None
    parts = spans(features.t_s, session.events if session else (), longest)
    return _steps(features, list(_answers(scorer, features, parts, progress, look)), known)


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """T steps: probabilities (T, 4), weights and the ends of their bands (T, 3), whether to abstain (T,)."""

    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    abstain: NDArray[np.bool_]


def _answers(
    scorer: Rescorer, features: StoredFeatures, parts: Iterator[ReplaySpan], progress: Progress, look: Look | None
) -> Iterator[_Answer]:
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
            yield _answer(calibrated_output(response, bands, opened.calibration))
            progress(span.end, len(features))


def _streams(features: StoredFeatures, span: ReplaySpan, widths: Mapping[Modality, int], device: str) -> Streams:
    """A modality that was never there has vectors of no width; the fusion wants zeros of the right one."""
    import torch

    from core.model.inputs import Streams

    part = slice(span.first, span.end)
    kept = {m: torch.from_numpy(features.vectors[m][part].copy())[None] for m in MODALITIES}
    vectors = {
        m: (kept[m] if kept[m].shape[-1] else kept[m].new_zeros(1, span.end - span.first, widths[m])).to(device)
        for m in MODALITIES
    }
    return Streams(**vectors, present=torch.from_numpy(features.present[part].copy())[None].to(device))


def _answer(output: CalibratedOutput) -> _Answer:
    """The steps of the only learner, as arrays."""
    return _Answer(
        output.probabilities[0].cpu().numpy(),
        output.weights[0].cpu().numpy(),
        output.weight_low[0].cpu().numpy(),
        output.weight_high[0].cpu().numpy(),
        output.abstain[0].cpu().numpy(),
    )


def _steps(features: StoredFeatures, answers: Sequence[_Answer], known: _Known | None) -> StoredSteps:
    count = len(features)
    nothing = ~features.present.any(axis=1)
    abstain = np.concatenate([np.zeros(0, bool), *(answer.abstain for answer in answers)])
    weak = REASONS.index(Reason.WEAK_EVIDENCE)
    absent: Any = REASONS.index(Reason.NOTHING_PRESENT)
    if known is not None:
        absent = np.where(known.abstains != NO_REASON, known.abstains, absent)
    probabilities = _joined(answers, "probabilities", len(STATES))
    return StoredSteps(
        t_s=features.t_s,
        probabilities=probabilities,
        plain=probabilities,
        weights=_joined(answers, "weights", len(MODALITIES)),
        weight_low=_joined(answers, "low", len(MODALITIES)),
        weight_high=_joined(answers, "high", len(MODALITIES)),
        present=features.present,
        quality=known.quality if known else features.present.astype(np.float32),
        reasons=known.reasons if known else np.full((count, len(MODALITIES)), NO_REASON, np.int8),
        abstains=np.where(nothing, absent, np.where(abstain, weak, NO_REASON)).astype(np.int8),
        compute_ms=np.full(count, np.nan, np.float32),
        without=np.full((count, len(MODALITIES), len(STATES)), np.nan, np.float32),
        evidence=np.full((count, len(STATES)), np.nan, np.float32),
        told=np.full((count, len(MODALITIES), len(MODALITIES)), np.nan, np.float32),
    )


def _joined(answers: Sequence[_Answer], name: str, width: int) -> NDArray[np.float32]:
    return np.concatenate([np.zeros((0, width), np.float32), *(getattr(answer, name) for answer in answers)])


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What the session knows of the steps whose features were kept."""

    quality: NDArray[np.float32]
    reasons: NDArray[np.int8]
    abstains: NDArray[np.int8]


def _as_far_as_read(features: StoredFeatures, session: StoredSession) -> StoredFeatures:
    """The features of a session that is still being recorded without those that came after its steps were read."""
    if session.line.complete or not len(session.steps):
        return features
    count = int(np.searchsorted(features.t_s, session.steps.t_s[-1], side="right"))
    vectors = {modality: each[:count] for modality, each in features.vectors.items()}
    return replace(features, t_s=features.t_s[:count], present=features.present[:count], vectors=vectors)


def _of_session(features: StoredFeatures, session: StoredSession) -> _Known:
    steps = session.steps
    places = np.searchsorted(steps.t_s, features.t_s)
    if len(places) and (places[-1] >= len(steps) or not np.array_equal(steps.t_s[places], features.t_s)):
        raise StoreError(f"The features kept of session {session.line.id} are not of its steps. It cannot be scored.")
    return _Known(steps.quality[places], steps.reasons[places], steps.abstains[places])
