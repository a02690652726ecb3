"""Columns of steps: each row is its estimate, and what was handed out stays as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.step_columns import NO_REASON, REASONS, StepColumns, StepTable
from core.types import MODALITIES, Reason
from tests.app.scripted_engine import estimate_at, explained


def test_a_row_holds_its_estimate() -> None:
    table, made = StepTable(), explained(estimate_at(8.0, {"audio": Reason.SILENCE}))
    table.append(made)
    steps = table.columns()
    assert steps.t_s.tolist() == [8.0]
    for name in ("probabilities", "weights", "weight_low", "weight_high"):
        assert np.array_equal(getattr(steps, name)[0], getattr(made, name))
    for name in ("without", "evidence", "told"):
        assert np.array_equal(getattr(steps, name)[0], getattr(made.explanation, name))
    assert np.array_equal(steps.plain, steps.probabilities)
    assert steps.present[0].tolist() == [m != "audio" for m in MODALITIES]
    assert steps.quality[0].tolist() == [np.float32(made.presence[m].quality) for m in MODALITIES]
    assert steps.reasons[0].tolist() == [
        REASONS.index(Reason.SILENCE) if m == "audio" else NO_REASON for m in MODALITIES
    ]
    assert steps.abstains[0] == NO_REASON


def test_what_was_not_explained_is_unknown() -> None:
    table = StepTable()
    table.append(estimate_at(0.5, {}))
    steps = table.columns()
    assert all(np.isnan(values).all() for values in (steps.without, steps.evidence, steps.told))


@pytest.mark.parametrize("seed", range(4))
def test_the_table_holds_the_steps_that_were_not_dropped(seed: int) -> None:
    acts = np.random.default_rng(seed).choice(["step", "forget", "clear"], 400, p=[0.9, 0.09, 0.01])
    table, kept, t_s = StepTable(), [], 0.0
    handed_out: list[tuple[StepColumns, list[float]]] = []
    made = estimate_at(0.5, {})
    for act in acts:
        if act == "step":
            t_s += 0.5
            table.append(replace(made, t_s=t_s))
            kept.append(t_s)
        elif act == "forget":
            limit_s = t_s - 50.0
            assert table.drop_before(limit_s) == sum(at_s < limit_s for at_s in kept)
            kept = [at_s for at_s in kept if at_s >= limit_s]
        else:
            table.clear()
            kept = []
        handed_out.append((table.columns(), list(kept)))
    assert len(table) == len(kept)
    for steps, times in handed_out:
        assert steps.t_s.tolist() == times
