"""Explains every step of a finished session from its stored encoder outputs, as if Explain had been open throughout.

Explanations that were stored while Explain was open stay unchanged; the steps between are filled in. (For filled steps,
leaving out a modality starts at the beginning of the session; live, when Explain was opened.)
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.review.replay_plan import ReplaySpan
from core.review.rescore import Progress, Rescorer, open_scorer, score
from core.step_columns import StepColumns
from core.store.stored_session import StoredFeatures, StoredSession

if TYPE_CHECKING:
    from core.model.inputs import Streams
    from core.model.network import NetworkState
    from core.model.what_if import Reasons, WhatIf
    from core.settings import ModelSettings

EXPLAINED = ("without", "evidence", "told")
"""The columns of `StepColumns` that hold explanations."""
AT_ONCE = 64
"""Steps explained per batch: larger ones compute attention over ever more steps outside its reach."""


def explain(
    features: StoredFeatures,
    checkpoint: Path | None,
    settings: ModelSettings,
    progress: Progress = lambda done, total: None,
    session: StoredSession | None = None,
) -> StepColumns:
    """Estimate and explain every step of a session's encoder outputs with a checkpoint (None: the shipped one).

    As `core.review.rescore.rescore`, with `without`, `evidence` and `told` of each step. Raises the same errors.
    """
    return _explain(open_scorer(features, checkpoint, settings), features, progress, session)


def explain_session(
    session: StoredSession,
    features: StoredFeatures,
    settings: ModelSettings,
    progress: Progress = lambda done, total: None,
) -> StoredSession:
    """The session with every step explained, by the checkpoint that made it.

    Raises `StoreError` where that checkpoint no longer exists, and `ModelError`.
    """
    scorer = open_scorer(features, _maker(session), settings)
    if scorer.opened.sha256 != session.facts.checkpoint_sha256:
        raise StoreError(
            "The checkpoint that made this session is no longer in its folder, and another one has other explanations. "
            "“Compare” shows the estimates of another one."
        )
    return fill(session, _explain(scorer, features, progress, session))


def fill(session: StoredSession, found: StepColumns) -> StoredSession:
    """The session with explanations from `found` for the steps that have none, matched by their times."""
    stored = session.steps
    _, places, others = np.intersect1d(stored.t_s, found.t_s, assume_unique=True, return_indices=True)
    unknown = ~explained(stored)[places]
    filled = {name: getattr(stored, name).copy() for name in EXPLAINED}
    for name, values in filled.items():
        values[places[unknown]] = getattr(found, name)[others[unknown]]
    return replace(session, steps=replace(stored, **filled))


def explained(steps: StepColumns) -> NDArray[np.bool_]:
    """(N,) which steps have an explanation; includes explained steps without any modality present."""
    return ~np.isnan(steps.told[:, 0, 0])


def _maker(session: StoredSession) -> Path | None:
    """Folder of the checkpoint that the session was made with; None for the shipped one."""
    folder = session.facts.settings.get("model", {}).get("checkpoint", "")
    return Path(folder) if folder else None


def _explain(
    scorer: Rescorer, features: StoredFeatures, progress: Progress, session: StoredSession | None
) -> StepColumns:
    from core.model.what_if import WhatIf

    why = WhatIf(scorer.opened.network.fusion, scorer.opened.calibration.temperature)
    parts: list[Reasons] = []

    def look(span: ReplaySpan, streams: Streams, before: NetworkState) -> None:
        parts.append(_reasons(why, span, streams, before))

    steps = score(scorer, features, progress, session, look, 1 if why.one_by_one else AT_ONCE)
    if not parts:
        return steps
    return replace(steps, **{name: np.concatenate([part[name] for part in parts]) for name in EXPLAINED})


def _reasons(why: WhatIf, span: ReplaySpan, streams: Streams, before: NetworkState) -> Reasons:
    if span.forget_all or span.forget_feedback:
        why.forget()
    return why.over(streams, before)
