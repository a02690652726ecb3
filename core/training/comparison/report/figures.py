"""The figures: the paper's 3, 4 and 5, the noise sweep, risk against coverage, reliability, and the sweep of λ."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.analysis.picture import QUIET, RULE, TEXT
from core.appearance import MODALITY_COLORS, MODALITY_NAMES
from core.training.comparison.report.canvas import LEGEND, LOOKS, legend_above, name_axes, sheet
from core.training.comparison.report.excerpt import AFTER, NOISY, STEPS, ConfidenceBands
from core.training.comparison.report.results import Rows, VariantRow
from core.training.comparison.report.tables import Get, swept_values
from core.training.comparison.severity import SWEEPS
from core.training.comparison.trial import MIXED, ONE, SWEPT_RATES
from core.training.fusion.calibrate import confidences, probabilities, risk_coverage
from core.training.fusion.evaluation import UnrolledOutput, flatten
from core.training.metrics.metrics import reliability
from core.types import MODALITIES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DASHES = {"visual": "-", "audio": (0, (5, 2)), "text": (0, (1, 1.5))}
_MARKS = {"visual": "o", "audio": "s", "text": "^"}
_GRID = np.linspace(0.02, 1.0, 99)


def compared(rows: Rows) -> list[VariantRow]:
    """The rows that figures show, the full model last so that it is drawn on top."""
    return [rows[name] for name in reversed(LOOKS) if name in rows]


def weights_figure(designed: ConfidenceBands, natural: ConfidenceBands) -> Figure:
    """Figure 3: weights over time under noise."""
    note = (
        "Left: one state, all present, good sensors but for the voice at steps 3 to 5; error bars: 95 % interval of "
        "the mean over excerpts, shaded: the model's own 95 % bands.\nRight: each modality's weight around the start "
        "of its own noise episodes in the composed test sequences, where at least one other is present; 95 % interval."
    )
    figure, (left, right) = sheet(
        "Weights over time under noise (the paper's Figure 3)", note, (1, 2), (11.5, 5.2), sharey=True
    )
    left.axvspan(NOISY[0] - 0.5, NOISY[1] + 0.5, color=RULE, alpha=0.7, linewidth=0)
    _weight_lines(left, np.arange(1, STEPS + 1), designed)
    left.set_xticks(range(1, STEPS + 1))
    name_axes(left, "step (half a second each)", "weight", f"{designed.count.max()} excerpts, voice noisy at 3–5")
    steps = np.arange(len(natural.mean)) - (len(natural.mean) - AFTER)
    right.axvspan(-0.5, steps[-1] + 0.5, color=RULE, alpha=0.7, linewidth=0)
    _weight_lines(right, steps, natural)
    right.set_xticks(range(-4 * (-steps[0] // 4), steps[-1] + 1, 4))
    name_axes(right, "steps from the start of the noise", "", "each modality in its own noise episodes")
    for axes in (left, right):
        axes.text(NOISY[0] - 0.4 if axes is left else -0.4, 0.985, "noise", size=9.5, color=QUIET, va="top")
    left.set_ylim(0, 1)
    legend_above(figure, left, 3)
    return figure


def _weight_lines(axes: Axes, steps: NDArray[np.int64], bands: ConfidenceBands) -> None:
    for place, name in enumerate(MODALITIES):
        color = MODALITY_COLORS[name]
        if bands.own_low is not None and bands.own_high is not None:
            axes.fill_between(steps, bands.own_low[:, place], bands.own_high[:, place], color=color, alpha=0.13, lw=0)
        axes.errorbar(
            steps + 0.06 * (place - 1),
            bands.mean[:, place],
            bands.half[:, place],
            color=color,
            linestyle=_DASHES[name],
            marker=_MARKS[name],
            markersize=5,
            linewidth=1.8,
            capsize=3,
            label=MODALITY_NAMES[name],
        )


def classes_figure(full: VariantRow, other: VariantRow) -> Figure:
    """Figure 4: F1 of every state against HybridFusion."""
    several = f"Mean over {len(full.results)} seeds, whiskers: standard deviation"
    note = several if len(full.results) > 1 else "One seed"
    figure, (axes,) = sheet("F1 by state (the paper's Figure 4)", note, size=(8.0, 4.6))
    places = np.arange(len(STATES))
    for shift, row, hatch in ((-0.2, full, ""), (0.2, other, "///")):
        values = np.stack([row.values(_f1_of(state)) for state in STATES])
        spread = values.std(axis=1, ddof=1) if values.shape[1] > 1 else None
        look = LOOKS[row.variant.name]
        bars = axes.bar(
            places + shift,
            values.mean(1),
            0.36,
            yerr=spread,
            capsize=4,
            color=look.color,
            edgecolor="white",
            hatch=hatch,
            ecolor=QUIET,
            label=row.variant.title,
        )
        labels = [f"{value:.2f}" for value in values.mean(1)]
        axes.bar_label(bars, labels, padding=3, fontsize=9, color=TEXT)
    axes.set_xticks(places, labels=STATES)
    axes.set_ylim(0, 1)
    name_axes(axes, "", "F1")
    legend_above(figure, axes, 2)
    return figure


def _f1_of(state: str) -> Get:
    return lambda one: one["per_class_f1"][state]


def missing_figure(rows: Rows) -> Figure:
    """Figure 5: accuracy against the missing rate."""
    kinds = {MIXED: "every modality goes missing", ONE: "at most one a step (the paper's Lemma 1)"}
    kinds |= {name: f"only the {MODALITY_NAMES[name]} goes missing" for name in MODALITIES}
    kinds["text"] = "only the words go missing"
    note = "Steps that go missing beyond what is absent already; judged where anything is left. Mean over seeds."
    figure, panels = sheet(
        "Accuracy against the missing rate (the paper's Figure 5)", note, (2, 3), (12.0, 7.2), sharex=True, sharey=True
    )
    rates = [0.0, *SWEPT_RATES]
    for axes, (kind, title) in zip(panels, kinds.items(), strict=False):
        _sweep_lines(axes, rates, rows, ("missing", kind), "accuracy")
        axes.set_xticks(rates, labels=[f"{100 * rate:.0f} %" for rate in rates])
        axes.tick_params(labelbottom=True)
        name_axes(axes, "", "accuracy" if axes in panels[::3] else "", title)
    panels[-1].set_axis_off()
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center left", labelspacing=0.9, **LEGEND)
    return figure


def noise_figure(rows: Rows) -> Figure:
    """Macro-F1 against the severity of each sensor's noise."""
    note = (
        "One sensor gets worse from left to right, the others stay as they mostly are; the same sequences at every "
        "level. Mean over seeds."
    )
    figure, panels = sheet("Macro-F1 under noise", note, (2, 2), (11.0, 7.6), sharey=True)
    for axes, sweep in zip(panels, SWEEPS, strict=True):
        places = list(range(len(sweep.levels)))
        _sweep_lines(axes, places, rows, ("noise", sweep.name), "macro_f1")
        axes.set_xticks(places, labels=sweep.labels)
        name_axes(axes, "", "macro-F1" if axes in panels[::2] else "", sweep.title)
    legend_above(figure, panels[0], 3)
    return figure


def _sweep_lines(axes: Axes, x: list[float] | list[int], rows: Rows, where: tuple[str, str], figure: str) -> None:
    for row in compared(rows):
        means = swept_values(row, where, figure).mean(0)
        axes.plot(x, means, label=row.variant.title, **LOOKS[row.variant.name].line())


def risk_figure(rows: Rows) -> Figure:
    """Share of wrong labels when only the most confident steps are labelled."""
    note = "From left to right less sure steps are labelled as well. Over steps that show one state; mean over seeds."
    figure, (axes,) = sheet("Risk against coverage", note, size=(8.0, 6.2))
    for row in compared(rows):
        curves = [_risk(one.found, one.figures["temperature"]) for one in row.results]
        look = LOOKS[row.variant.name].line() | {"markevery": 14}
        axes.plot(_GRID, np.mean(curves, axis=0), label=row.variant.title, **look)
    axes.set_xlim(0, 1.01)
    axes.set_ylim(0, None)
    name_axes(axes, "share of the steps that are labelled", "share of wrong labels")
    legend_above(figure, axes, 2)
    return figure


def _risk(found: UnrolledOutput, temperature: float) -> NDArray[np.float64]:
    steps = flatten(found)
    logits, state = steps.logits[steps.clear], steps.state[steps.clear]
    coverage, risk = risk_coverage(confidences(logits, temperature), logits.argmax(1) == state)
    return np.interp(_GRID, coverage, risk)


def reliability_figure(full: VariantRow) -> Figure:
    """The full model's leading probability against its accuracy."""
    note = "Bars: share of the steps. Dashed: a probability that means what it says. One line for each seed."
    figure, (axes,) = sheet("Reliability of the full model", note, size=(6.4, 6.0))
    axes.plot([0.25, 1], [0.25, 1], color=QUIET, linestyle=(0, (4, 3)), linewidth=1.2)
    for place, one in enumerate(full.results):
        steps = flatten(one.found)
        shares = probabilities(steps.logits[steps.clear], one.figures["temperature"])
        bins = reliability(shares, steps.state[steps.clear])
        if place == 0:
            axes.bar(bins.confidence, bins.share, 0.045, color=RULE)
        label = f"seed {one.figures['seed'] + 1}, ECE {one.figures['ece']:.3f}"
        axes.plot(bins.confidence, bins.right, marker="osD^v"[place % 5], markersize=5, linewidth=1.6,
                  color=("#1C2330", "#0072B2", "#B3541E")[place % 3], label=label)  # fmt: skip
    axes.set_xlim(0.2, 1.01)
    axes.set_ylim(0, 1.01)
    name_axes(axes, "leading probability", "share of right labels")
    legend_above(figure, axes, 2)
    return figure


def lambda_figure(swept: list[tuple[float, VariantRow]]) -> Figure:
    """Accuracy, accuracy at transitions, lag and flips against λ; `swept` by rising λ."""
    panels: tuple[tuple[str, Callable[[VariantRow], float]], ...] = (
        ("accuracy", lambda row: float(row.results[0].figures["accuracy"])),
        ("accuracy within 2 s of a change", lambda row: float(row.results[0].figures["at_transitions"])),
        ("lag after a change, steps", lambda row: float(row.results[0].figures["changes"]["lag_mean"])),
        ("flips a minute", lambda row: float(row.results[0].figures["changes"]["flips_a_minute"])),
    )
    note = "One seed. λ weighs KL(ŷ(t-1) ‖ ŷ(t)) in the loss: it rewards holding on to the last estimate."
    figure, axes_list = sheet("What λ does", note, (1, 4), (12.5, 3.7))
    for axes, (title, value) in zip(axes_list, panels, strict=True):
        axes.plot(range(len(swept)), [value(row) for _, row in swept], **LOOKS["full"].line())
        axes.set_xticks(range(len(swept)), labels=[f"{weight:g}" for weight, _ in swept])
        name_axes(axes, "λ", "", title)
    return figure
