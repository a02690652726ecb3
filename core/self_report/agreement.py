"""How well estimates agree with self-reports: counts, proportions and a verdict in one sentence.

Where the program was undecided it is not wrong: such reports are counted separately. Where it named a state, every
other report counts against it, also "Other" and "None".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.self_report.proportion import Proportion
from core.self_report.report_pairs import ReportPair
from core.types import REPORTABLE, STATES

UNDECIDED = "undecided"
SAID: tuple[str, ...] = (*STATES, UNDECIDED)
FEWEST = 12
"""Reports needed before any statement is made about a person."""
FEWEST_OF_A_STATE = 5
"""Reports of a state needed before a proportion of it is shown."""
BIN_EDGES: tuple[float, ...] = (0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
"""Bins of the calibration curve; the most probable of four states never has less than 0.25."""


@dataclass(frozen=True, slots=True)
class StateFigures:
    """One state. `precision`: reported when named; `recall`: named when reported and decided; `undecided`: the rest."""

    state: str
    reported: int
    named: int
    undecided: int
    precision: Proportion
    recall: Proportion


@dataclass(frozen=True, slots=True)
class CurveBin:
    """A bin of the calibration curve: estimates with a probability from `low` to `high`, and how often they agreed."""

    low: float
    high: float
    mean_said: float
    right: Proportion


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """All figures of the agreement between estimates and self-reports.

    `agreeing`: of the reports at which a state was named, those that report it. `chance`: the agreement of naming
    states equally often but independently of the person; NaN without any. `table` (6, 5): reports in the order of
    `REPORTABLE` by named states in the order of `SAID`. `left_out`: reports without a step nearby.
    """

    reports: int
    left_out: int
    by_origin: Mapping[str, int]
    agreeing: Proportion
    chance: float
    undecided_when_something: Proportion
    undecided_when_none: Proportion
    states: tuple[StateFigures, ...]
    table: NDArray[np.int64]
    curve: tuple[CurveBin, ...]
    verdict: str


def agreement(pairs: Sequence[ReportPair], left_out: int = 0) -> Agreement:
    """All figures of these pairs, of one session or of many."""
    table = _table(pairs)
    agreeing, chance = _agreeing(table)
    none = len(REPORTABLE) - 1
    return Agreement(
        reports=len(pairs),
        left_out=left_out,
        by_origin=dict(Counter(pair.origin for pair in pairs)),
        agreeing=agreeing,
        chance=chance,
        undecided_when_something=Proportion(int(table[:none, -1].sum()), int(table[:none].sum())),
        undecided_when_none=Proportion(int(table[none, -1]), int(table[none].sum())),
        states=tuple(_of_state(table, index) for index in range(len(STATES))),
        table=table,
        curve=_curve([pair for pair in pairs if pair.said]),
        verdict=_verdict(len(pairs), agreeing, chance),
    )


def _table(pairs: Sequence[ReportPair]) -> NDArray[np.int64]:
    table = np.zeros((len(REPORTABLE), len(SAID)), dtype=np.int64)
    for pair in pairs:
        table[REPORTABLE.index(pair.state), SAID.index(pair.said or UNDECIDED)] += 1
    return table


def _agreeing(table: NDArray[np.int64]) -> tuple[Proportion, float]:
    named = table[:, :-1]
    whole = int(named.sum())
    share = Proportion(int(np.trace(named)), whole)
    by_chance = (named.sum(1)[: len(STATES)] * named.sum(0)).sum()
    return share, float(by_chance / whole**2) if whole else float("nan")


def _of_state(table: NDArray[np.int64], index: int) -> StateFigures:
    right, named, decided = int(table[index, index]), int(table[:, index].sum()), int(table[index, :-1].sum())
    return StateFigures(
        state=STATES[index],
        reported=int(table[index].sum()),
        named=named,
        undecided=int(table[index, -1]),
        precision=Proportion(right, named),
        recall=Proportion(right, decided),
    )


def _curve(named: Sequence[ReportPair]) -> tuple[CurveBin, ...]:
    """The bins that are not empty."""
    said = np.array([pair.shown.max() for pair in named])
    right = np.array([pair.said == pair.state for pair in named])
    bin_of = np.searchsorted(BIN_EDGES[1:-1], said, side="right")
    return tuple(
        CurveBin(
            BIN_EDGES[index],
            BIN_EDGES[index + 1],
            float(said[bin_of == index].mean()),
            Proportion(int(right[bin_of == index].sum()), int((bin_of == index).sum())),
        )
        for index in np.unique(bin_of).tolist()
    )


def _verdict(reports: int, agreeing: Proportion, chance: float) -> str:
    if reports < FEWEST:
        return f"Too few to say: {_counted(reports)} so far, {FEWEST - reports} more are needed."
    if agreeing.whole < FEWEST:
        return (
            f"Too few to say: of {_counted(reports)} the program named a state at {agreeing.whole} and was undecided "
            f"at the others; {FEWEST - agreeing.whole} more with a state named are needed."
        )
    low, high = agreeing.interval
    against = (
        "more often than by chance"
        if low > chance
        else "less often than by chance"
        if high < chance
        else "not clearly more often than by chance"
    )
    return (
        f"Where it named a state, it agreed with you {agreeing.part} of {agreeing.whole} times "
        f"({agreeing.value * 100:.0f} %, truly somewhere from {low * 100:.0f} to {high * 100:.0f} %): "
        f"{against} ({chance * 100:.0f} %)."
    )


def _counted(reports: int) -> str:
    return f"{reports} report" if reports == 1 else f"{reports} reports"
