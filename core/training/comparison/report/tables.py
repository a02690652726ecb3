"""The tables: each has a header and rows of text, written as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model.inputs import MODALITIES
from core.training.comparison.report.results import Rows, VariantRow, full_row, known_mean, of_kind
from core.training.comparison.trial import ABSENCES, SWEPT_RATES
from core.training.metrics.metrics import MeanDifference, paired_bootstrap
from core.types import STATES

_BOOTSTRAP_SEED = 4
Get = Callable[[dict[str, Any]], float | None]


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A metric of the headline table. `better` is +1 if more is better, -1 if less is."""

    title: str
    get: Get
    better: int
    form: str = "{:.3f}"


COLUMNS = (
    ReportColumn("accuracy", lambda one: one["accuracy"], 1),
    ReportColumn("macro-F1", lambda one: one["macro_f1"], 1),
    ReportColumn("within 2 s of a change", lambda one: one["at_transitions"], 1),
    ReportColumn("lag, steps", lambda one: one["changes"]["lag_mean"], -1, "{:.1f}"),
    ReportColumn("flips a minute", lambda one: one["changes"]["flips_a_minute"], -1, "{:.1f}"),
    ReportColumn("ECE", lambda one: one["ece"], -1),
)


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A file name, a header, and rows of cells; the first cell of a row is its name."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_markdown(self) -> str:
        """Formats the table as Markdown, numbers right-aligned."""
        lines = [self.header, ("---", *["---:"] * (len(self.header) - 1)), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def to_csv(self) -> str:
        """Formats the table as CSV, without marking the best values."""
        memory = io.StringIO()
        writer = csv.writer(memory, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows([[cell.replace("**", "") for cell in row] for row in self.rows])
        return memory.getvalue()


def spread(values: NDArray[np.float64], form: str = "{:.3f}") -> str:
    """Mean ± standard deviation over seeds; the mean alone for one seed."""
    known = values[np.isfinite(values)]
    if not known.size:
        return "–"
    mean = form.format(known.mean())
    return mean if known.size == 1 else f"{mean} ± {form.format(known.std(ddof=1))}"


def headline(rows: Rows) -> ReportTable:
    """Every variant by every metric, the best of each in bold."""
    shown = of_kind(rows, "full", "baseline", "ablation", "sibling")
    best = {column.title: _best(shown, column) for column in COLUMNS}
    lines = []
    for row in shown:
        cells = []
        for column in COLUMNS:
            words = spread(row.values(column.get), column.form)
            cells.append(f"**{words}**" if row is best[column.title] else words)
        size = row.results[0].figures["parameters"]
        lines.append((row.variant.title, row.variant.kind, str(len(row.results)), *cells, f"{size / 1000:.0f} k"))
    return ReportTable(
        "headline", ("variant", "kind", "seeds", *(c.title for c in COLUMNS), "parameters"), tuple(lines)
    )


def _best(rows: Sequence[VariantRow], column: ReportColumn) -> VariantRow | None:
    means = [column.better * known_mean(row.values(column.get)) for row in rows]
    return rows[int(np.nanargmax(means))] if means and np.isfinite(means).any() else None


def differences(rows: Rows) -> dict[str, MeanDifference]:
    """Macro-F1 of the full model minus that of every other variant, with its interval; both on the same seeds."""
    full = full_row(rows)
    if full is None:
        return {}
    whole, found = full.confusion(), {}
    for name, row in rows.items():
        if row is not full and row.variant.kind != "sweep":
            other = row.confusion()
            shared = min(len(whole), len(other))
            chance = np.random.default_rng(_BOOTSTRAP_SEED)
            found[name] = paired_bootstrap(whole[:shared], other[:shared], chance)
    return found


def difference_table(rows: Rows, found: dict[str, MeanDifference]) -> ReportTable:
    """The differences in points of macro-F1, with a verdict."""
    lines = [
        (
            rows[name].variant.title,
            f"{100 * one.mean:+.1f}",
            f"{100 * one.low:+.1f} to {100 * one.high:+.1f}",
            verdict(one),
        )
        for name, one in found.items()
    ]
    return ReportTable("differences", ("full model less", "points", "95 % interval", "the full model is"), tuple(lines))


def verdict(difference: MeanDifference) -> str:
    """The conclusion that an interval allows about the full model."""
    return "better" if difference.low > 0 else "worse" if difference.high < 0 else "not told apart"


def classes(rows: Rows) -> ReportTable:
    """F1 of every state."""
    lines = [
        (row.variant.title, *(spread(row.values(_class_f1(state))) for state in STATES))
        for row in of_kind(rows, "full", "baseline", "ablation", "sibling")
    ]
    return ReportTable("classes", ("F1", *STATES), tuple(lines))


def _class_f1(state: str) -> Get:
    return lambda one: one["per_class_f1"][state]


def missing(rows: Rows, figure: str = "accuracy") -> list[ReportTable]:
    """A metric against the missing rate, a table for each kind of absence."""
    shown = [row for row in of_kind(rows, "full", "baseline", "ablation") if row.variant.swept]
    header = ("variant", "0 %", *(f"{rate:.0%}".replace("%", " %") for rate in SWEPT_RATES))
    return [
        ReportTable(
            f"missing-{kind.replace(' ', '-')}",
            header,
            (
                *((row.variant.title, *_swept(row, ("missing", kind), figure)) for row in shown),
                *(("*answered steps*", *_swept(row, ("missing", kind), "answered_share")) for row in shown[:1]),
            ),
        )
        for kind in ABSENCES
    ]


def noise(rows: Rows, sweep: str, figure: str = "macro_f1") -> ReportTable:
    """A metric against the severity of one sensor's noise."""
    shown = [row for row in of_kind(rows, "full", "baseline", "ablation") if row.variant.swept]
    levels = [one["level"] for one in shown[0].results[0].figures["noise"][sweep]] if shown else []
    lines = [(row.variant.title, *_swept(row, ("noise", sweep), figure)) for row in shown]
    return ReportTable(f"noise-{sweep}", ("variant", *levels), tuple(lines))


def _swept(row: VariantRow, where: tuple[str, str], figure: str) -> list[str]:
    return [spread(values) for values in swept_values(row, where, figure).T]


def swept_values(row: VariantRow, where: tuple[str, str], figure: str) -> NDArray[np.float64]:
    """A metric of a sweep, (seeds, levels)."""
    first, second = where
    found = [[level[figure] for level in one.figures[first][second]] for one in row.results]
    return np.array([[np.nan if value is None else value for value in levels] for levels in found], dtype=np.float64)


def weights(rows: Rows) -> ReportTable:
    """Weights of the full model under noise, with influence beside weight."""
    full, lines = full_row(rows), []
    for name in MODALITIES if full else ():
        falls, influence = _inner("falls", name), _inner("influence", name)
        cells = [falls("before"), falls("within"), falls("against_before"), falls("against_clean")]
        cells += [influence("weight"), influence("change"), influence("together")]
        counted = round(known_mean(full.values(falls("episodes")))) if full else 0
        lines.append((name, str(counted), *(spread(full.values(get), "{:.2f}") for get in cells if full)))
    header = ("modality", "episodes", "weight before", "weight within", "falls against before", "falls against clean")
    return ReportTable("weights", (*header, "mean weight", "change when left out", "rank correlation"), tuple(lines))


def _inner(group: str, name: str) -> Callable[[str], Get]:
    return lambda figure: lambda one: one[group][name][figure]


def controls(rows: Rows) -> ReportTable:
    """The full model with its weights permuted."""
    full, lines = full_row(rows), []
    if full:
        lines.append(("as trained", *(spread(full.values(get)) for get in (COLUMNS[0].get, COLUMNS[1].get))))
        for how, words in (("shuffled", "shuffled among the present"), ("borrowed", "of another sequence")):
            cells = [spread(full.values(_permuted(how, figure))) for figure in ("accuracy", "macro_f1")]
            lines.append((words, *cells))
    return ReportTable("controls", ("weights", "accuracy", "macro-F1"), tuple(lines))


def _permuted(how: str, figure: str) -> Get:
    return lambda one: one["permuted"][how][figure]


def lambdas(swept: list[tuple[float, VariantRow]]) -> ReportTable:
    """The headline's metrics by λ."""
    lines = [
        (f"{weight:g}", *(spread(row.values(column.get), column.form) for column in COLUMNS)) for weight, row in swept
    ]
    return ReportTable("lambda", ("λ", *(column.title for column in COLUMNS)), tuple(lines))
