"""Simulated learners with a known relation between estimates and self-reports."""

from __future__ import annotations

import numpy as np

from core.self_report.report_pairs import ReportPair
from core.types import STATES

SHA = "c0ffee"
SHIFT = np.array([-1.2, 1.6, -0.8, 0.4])


def pair(plain, state, session="s0", t_s=0.0, abstained=False, origin="own", sha=SHA) -> ReportPair:
    shares = np.asarray(plain, dtype=np.float64)
    return ReportPair(session, sha, t_s, origin, state, shares, shares, abstained)


def normal(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def drawn(shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return (rng.random((len(shares), 1)) > shares.cumsum(1)).sum(1).clip(max=3)


def learner(kind: str, n: int, sessions: int, seed: int, neutral: int = 0) -> list[ReportPair]:
    """`right`: reports follow the estimates. `shifted`: estimates are biased by SHIFT. `random`: reports are random.
    `moody`: random, but a mood lasts for several reports, and so do the estimates."""
    rng = np.random.default_rng(seed)
    true = normal(rng.normal(0, 2.0, (n, 4)))
    truth = drawn(true, rng)
    said = normal(np.log(true) + SHIFT) if kind == "shifted" else true
    if kind == "random":
        truth = rng.integers(4, size=n)
    if kind == "moody":
        lasts = 6
        truth = np.repeat(rng.choice(4, size=n // lasts + 1, p=rng.dirichlet(np.ones(4))), lasts)[:n]
        said = normal(np.repeat(rng.normal(0, 1.5, (n // lasts + 1, 4)), lasts, 0)[:n] + rng.normal(0, 0.5, (n, 4)))
    made = [
        pair(said[i], STATES[truth[i]], f"s{i * sessions // n}", 60.0 * i, abstained=bool(said[i].max() < 0.4))
        for i in range(n)
    ]
    lean = SHIFT if kind == "shifted" else np.zeros(4)
    rest = normal(lean + rng.normal(0, 0.4, (neutral, 4)))
    made += [pair(rest[i], "None", f"s{i * sessions // max(1, neutral)}", 60.0 * i + 30) for i in range(neutral)]
    return made
