"""Writes the report's text around the tables. It reports automatically where the full model does not win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.appearance import MODALITY_NAMES
from core.training.comparison.report.results import Rows, VariantRow, full_row, known_mean
from core.training.comparison.report.tables import ReportTable, swept_values, verdict
from core.training.comparison.runner import ComparisonPlan
from core.training.comparison.severity import SWEEPS
from core.training.comparison.trial import ABSENCES, MIXED, ONE, SWEPT_RATES
from core.training.metrics.metrics import MeanDifference
from core.types import MODALITIES, Modality

_WANTED_FALLS = 0.9
_MOST_LOST = 0.05


@dataclass(frozen=True, eq=False)
class ReportNumbers:
    """Everything that the text uses. `drawn`: names of the figures that were drawn."""

    rows: Rows
    differences: dict[str, MeanDifference]
    tables: dict[str, ReportTable]
    drawn: tuple[str, ...]
    plan: ComparisonPlan


def report_text(of: ReportNumbers) -> str:
    """Returns the Markdown."""
    parts = [
        "# Edu-EmotionNet compared with ablations and baselines",
        _how(of.plan),
        "## Figures",
        of.tables["headline"].to_markdown(),
        _legend(),
        "## Does the full model win?",
        _wins(of),
        of.tables["differences"].to_markdown(),
        "## By state",
        of.tables["classes"].to_markdown(),
        _picture(of, "figure-4-classes", "F1 by state"),
        "## With modalities missing",
        _lost(of),
        *(f"{_kind(kind)}:\n\n{of.tables['missing-' + kind.replace(' ', '-')].to_markdown()}" for kind in ABSENCES),
        _picture(of, "figure-5-missing", "accuracy against the missing rate"),
        "## Under noise",
        *(f"Macro-F1, {sweep.title}:\n\n{of.tables['noise-' + sweep.name].to_markdown()}" for sweep in SWEEPS),
        _picture(of, "noise", "macro-F1 under noise"),
        "## Behaviour of the weights",
        _weights(of.rows),
        of.tables["weights"].to_markdown(),
        _picture(of, "figure-3-weights", "weights over time under noise"),
        "A weight is not influence. Controls: the trained full model with its weights shuffled among the present "
        "modalities of each step, or computed from another sequence. A small loss means that the weights matter "
        "little.",
        of.tables["controls"].to_markdown(),
        "## Calibration",
        _picture(of, "reliability", "reliability of the full model"),
        _picture(of, "risk-coverage", "risk against coverage"),
        "## The weight of the temporal loss",
        "One seed per λ, except for the full model's λ and 0.",
        of.tables["lambda"].to_markdown(),
        _picture(of, "lambda", "effect of λ"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _how(plan: ComparisonPlan) -> str:
    return (
        "Every variant was trained on the same composed sequences in the same order, "
        f"{_some(plan.schedule.epochs, 'epoch')} of {plan.lessons.steps} batches of {plan.schedule.batch}, with "
        f"{_some(plan.seeds, 'seed')}, and evaluated on "
        f"{plan.judged_on} sequences composed from test identities, on which nothing was selected (sweeps: "
        f"{plan.swept_on} of them). Composed data makes modalities independent given the state, so fusion looks better "
        "here than on real people."
    )


def _legend() -> str:
    return (
        "Mean ± standard deviation over seeds; bold: best mean. Over steps that show one state and at which anything "
        "is present. Lag: steps of half a second from a change of state to the first correct label; a state that "
        "was never predicted counts with its full duration. Baselines have no feedback loop and λ = 0; static "
        "learned weights have both. HybridFusion-style is an "
        "adaptation: the paper's baseline was not released."
    )


def _wins(of: ReportNumbers) -> str:
    if not of.differences:
        return "The full model, or the variants to compare it with, have not been trained."
    lines = []
    for kind, name in (("baseline", "baselines"), ("ablation", "ablations"), ("sibling", "siblings")):
        among = {key: one for key, one in of.differences.items() if of.rows[key].variant.kind == kind}
        if among:
            lines.append(_wins_over(of.rows, name, among))
    return (
        "By macro-F1, means over the seeds, with 95 % intervals from a paired bootstrap over test sequences (which "
        "covers neither the choice of identities nor further seeds).\n\n" + "\n".join(f"- {one}" for one in lines)
    )


def _wins_over(rows: Rows, kind: str, among: dict[str, MeanDifference]) -> str:
    left = {name: one for name, one in among.items() if verdict(one) != "better"}
    if not left:
        return f"The full model is better than all {len(among)} {kind}."
    words = [
        f"{rows[name].variant.title} ({'worse' if verdict(one) == 'worse' else 'no significant difference'}, "
        f"{100 * one.mean:+.1f} points, {100 * one.low:+.1f} to {100 * one.high:+.1f})"
        for name, one in left.items()
    ]
    won = f"The full model is better than {len(among) - len(left)} of {len(among)} {kind}."
    return f"{won} **It is not better than:** {'; '.join(words)}."


def _lost(of: ReportNumbers) -> str:
    full = full_row(of.rows)
    if full is None:
        return ""
    place = 1 + SWEPT_RATES.index(0.6)
    kinds = ((MIXED, "of every modality"), (ONE, "of the steps lose one modality, as in the paper's Lemma 1"))
    lines = []
    for kind, words in kinds:
        found = swept_values(full, ("missing", kind), "accuracy").mean(0)
        lost = found[0] - found[place]
        target = "within" if lost <= _MOST_LOST else "**more than**"
        lines.append(f"- 60 % {words}: {100 * lost:.1f} points of accuracy lost ({target} the target of 5 points).")
    return "Losses of the full model:\n\n" + "\n".join(lines)


def _weights(rows: Rows) -> str:
    full = full_row(rows)
    if full is None:
        return ""
    lines = [_falls(full, name) for name in MODALITIES]
    return (
        "An episode counts if the modality and at least one other are present both within the 8 steps before it and "
        "in it. *Against before*: its mean weight in the episode is lower than in those steps. *Against clean*: it "
        "is lower on average than without noise at steps where the same modalities are present.\n\n" + "\n".join(lines)
    )


def _falls(full: VariantRow, name: Modality) -> str:
    clean, before = (
        known_mean(full.values(lambda one, which=which: one["falls"][name][which]))  # type: ignore[misc]
        for which in ("against_clean", "against_before")
    )
    if np.isnan(before):
        return f"- {MODALITY_NAMES[name]}: no episode could be counted."
    reached = "reaches" if min(clean, before) >= _WANTED_FALLS else "**misses**"
    return (
        f"- {MODALITY_NAMES[name]}: its weight falls in {before:.0%} of its noise episodes against before, in "
        f"{clean:.0%} against clean; that {reached} the target of 90 %."
    )


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _kind(kind: str) -> str:
    if kind == MIXED:
        return "Accuracy, steps of every modality missing"
    return f"Accuracy, {MODALITY_NAMES[kind]} missing" if kind in MODALITIES else "Accuracy, at most one missing a step"


def _picture(of: ReportNumbers, name: str, what: str) -> str:
    return f"![{what}]({name}.png)" if name in of.drawn else ""
