"""Writes the report: trains missing variants, computes tables, draws figures, and writes the text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safetensors.torch import load_file

from core.atomic_files import replace_text
from core.errors import DataError
from core.model.checkpoint import describe
from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES
from core.model.network import Fusion
from core.training.comparison.report import figures, tables
from core.training.comparison.report.canvas import write
from core.training.comparison.report.excerpt import weights_around_episodes, weights_in_excerpts
from core.training.comparison.report.results import Rows, VariantRow, collect, full_row, of_kind
from core.training.comparison.report.text import ReportNumbers, report_text
from core.training.comparison.runner import (
    ComparisonPlan,
    bank_for_test_path,
    compare,
    composed_sequences,
    noisy_sequences,
    result_path,
)
from core.training.comparison.severity import SWEEPS
from core.training.comparison.variants import VARIANTS
from core.training.fusion.embedding_bank import EmbeddingBank, cached_bank
from core.training.fusion.evaluation import truth_of, unroll
from core.training.pack.data import Progress

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_EXCERPTS = 300


def write_report(
    run: Path, data: Path | None, out: Path, plan: ComparisonPlan, only: list[str], progress: Progress
) -> Path:
    """Writes all tables and figures into `out`; returns the Markdown's path. Raises `DataError`.

    `only`: train no other variants; the report covers every result in the run folder.
    """
    compare(run, data, plan, only, progress)
    bank = cached_bank(bank_for_test_path(run), _no_bank)
    truth = truth_of(composed_sequences(bank, plan.lessons.compose, plan.judged_on))
    rows = collect(run, list(VARIANTS.values()), plan.seeds, truth)
    found = tables.differences(rows)
    made = {
        "headline": tables.headline(rows),
        "differences": tables.difference_table(rows, found),
        "classes": tables.classes(rows),
        "weights": tables.weights(rows),
        "controls": tables.controls(rows),
        "lambda": tables.lambdas(swept_lambdas(rows)),
    }
    made |= {table.name: table for table in tables.missing(rows)}
    made |= {f"noise-{sweep.name}": tables.noise(rows, sweep.name) for sweep in SWEEPS}
    for name, table in made.items():
        replace_text(out / f"{name}.csv", table.to_csv(), DataError)
    drawn = _drawn(run, rows, bank, plan)
    for place, (name, figure) in enumerate(drawn.items()):
        write(figure, out / f"{name}.png")
        progress("drawing", place + 1, len(drawn))
    path = out / "report.md"
    replace_text(path, report_text(ReportNumbers(rows, found, made, tuple(drawn), plan)), DataError)
    return path


def swept_lambdas(rows: Rows) -> list[tuple[float, VariantRow]]:
    """Every row that differs from the full model only in λ, and the full model, by rising λ."""
    full = full_row(rows)
    found = [
        *of_kind(rows, "sweep"),
        *(rows[name] for name in ("lambda-0",) if name in rows),
        *([full] if full else []),
    ]
    return sorted(((row.results[0].figures["kl_weight"], row) for row in found), key=lambda pair: pair[0])


def _drawn(run: Path, rows: Rows, bank: EmbeddingBank, plan: ComparisonPlan) -> dict[str, Figure]:
    """The figures for which there is data."""
    full, swept = full_row(rows), swept_lambdas(rows)
    found: dict[str, Figure] = {}
    if full is not None:
        network = _network(run, full)
        natural = weights_around_episodes(unroll(network, noisy_sequences(bank, plan)))
        designed = weights_in_excerpts(network, bank, _EXCERPTS, _band_scale(run))
        found["figure-3-weights"] = figures.weights_figure(designed, natural)
        if "hybrid" in rows:
            found["figure-4-classes"] = figures.classes_figure(full, rows["hybrid"])
        found["reliability"] = figures.reliability_figure(full)
    if figures.compared(rows):
        found["figure-5-missing"] = figures.missing_figure(rows)
        found["noise"] = figures.noise_figure(rows)
        found["risk-coverage"] = figures.risk_figure(rows)
    if len(swept) > 1:
        found["lambda"] = figures.lambda_figure(swept)
    return found


def _network(run: Path, full: VariantRow) -> Fusion:
    """The full model of the first seed, as trained."""
    weights = load_file(result_path(run, full.variant, 0).with_suffix(".safetensors"))
    config = NetworkConfig.from_json(describe(run / "checkpoint")["config"])
    widths = {name: weights[f"trans.{name}.project.0.weight"].shape[0] for name in MODALITIES}
    network = Fusion(config, widths)
    network.load_state_dict(weights)
    return network.eval()


def _band_scale(run: Path) -> float:
    """The band scale of the run's checkpoint; 1 in old ones."""
    scale: float = describe(run / "checkpoint")["calibration"].get("band_scale", 1.0)
    return scale


def _no_bank() -> EmbeddingBank:
    raise DataError("The run folder has no bank-test.npz, though its variants were judged. Delete its folder 'table'.")
