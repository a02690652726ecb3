"""The comparison on a small run: interrupted and resumed, paired in its sweeps, reported in full."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import DataError
from core.training.comparison.report import write_report
from core.training.comparison.runner import ComparisonPlan, compare, composed_sequences, gather, result_path
from core.training.comparison.severity import SWEEPS
from core.training.comparison.trial import ABSENCES, absent
from core.training.comparison.variants import VARIANTS
from core.training.pack import augment
from tests.support.small_run import make_run

torch.set_num_threads(1)


def silent(what: str, done: int, total: int) -> None:
    """Discards progress reports."""


def small_plan() -> ComparisonPlan:
    return replace(ComparisonPlan(seeds=2).brief(), seeds=2)


Run = tuple[Path, Path]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A comparison that was interrupted while training its second seed."""
    run, data = make_run(tmp_path_factory.mktemp("comparison"))

    def stop(what: str, done: int, total: int) -> None:
        if what.endswith("seed 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(run, data, small_plan(), ["full"], stop)
    return run, data


def test_an_interrupted_comparison_resumes(begun: Run) -> None:
    run, _ = begun
    first = result_path(run, VARIANTS["full"], 0)
    written = first.read_bytes()
    seen: list[str] = []
    compare(run, None, small_plan(), ["full"], lambda what, *_: seen.append(what))
    assert first.read_bytes() == written
    assert any("seed 2" in what for what in seen)
    assert not any(what.startswith("encoding") for what in seen), "banks are made once"
    assert result_path(run, VARIANTS["full"], 1).exists()
    seen.clear()
    compare(run, None, small_plan(), ["full"], lambda what, *_: seen.append(what))
    assert not seen, "nothing is done twice"


def test_results_of_another_plan_are_refused(begun: Run) -> None:
    run, data = begun
    with pytest.raises(DataError, match="another plan"):
        compare(run, data, replace(small_plan(), judged_on=5), ["full"], silent)
    with pytest.raises(DataError, match="no variant 'fulll'"):
        compare(run, data, small_plan(), ["fulll"], silent)
    with pytest.raises(DataError, match="not a finished training run"):
        compare(data, data, small_plan(), ["full"], silent)


def test_levels_of_a_sweep_differ_in_one_modality_alone(begun: Run) -> None:
    run, _ = begun
    material = gather(run, None, small_plan(), silent)
    for sweep in SWEEPS:
        clean, *_, worst = material.sweeps[sweep.name]
        for one, other in zip(clean, worst, strict=True):
            assert (one.present == other.present).all()
            assert (one.state == other.state).all()
            assert not one.noisy.any()
            for name, vectors in one.vectors.items():
                assert np.array_equal(vectors, other.vectors[name]) == (name != sweep.modality)


def test_absences_are_the_same_for_all_variants(begun: Run) -> None:
    run, _ = begun
    sequences = gather(run, None, small_plan(), silent).test
    for kind in ABSENCES:
        fewer, again = (absent(sequences, kind, 0.8) for _ in range(2))
        taken = np.stack([one.present & ~less.present for one, less in zip(sequences, fewer, strict=True)])
        assert taken.any()
        assert all((one.present == two.present).all() for one, two in zip(fewer, again, strict=True))
        assert not any((less.present & ~one.present).any() for one, less in zip(sequences, fewer, strict=True))
        if kind == ABSENCES[-1]:
            assert taken.sum(-1).max() == 1
            assert all(
                (less.present.any(-1) == one.present.any(-1)).all() for one, less in zip(sequences, fewer, strict=True)
            )


def test_the_word_error_rate_matches_the_level() -> None:
    rng = np.random.default_rng(0)
    said = " ".join(["one"] * 4000)
    heard = augment.garbled(said, ["two"], rng, 0.4).split()
    assert abs(heard.count("one") / 4000 - 0.6) < 0.03
    assert abs(heard.count("two") / 4000 - 0.2) < 0.03
    assert augment.garbled(said, ["two"], rng, 0.0) == said


def test_the_report_writes_every_table_and_figure(begun: Run, tmp_path: Path) -> None:
    run, _ = begun
    path = write_report(run, None, tmp_path, small_plan(), ["full", "hybrid", "no-mie", "lambda-1"], silent)
    text = path.read_text(encoding="utf-8")
    pictures = {file.stem for file in tmp_path.glob("*.png")}
    assert pictures == {
        "figure-3-weights", "figure-4-classes", "figure-5-missing", "noise", "risk-coverage", "reliability", "lambda",
    }  # fmt: skip
    for name in pictures:
        assert f"({name}.png)" in text
    tables = {file.stem for file in tmp_path.glob("*.csv")}
    assert {"headline", "differences", "classes", "weights", "controls", "lambda", "missing-mixed"} <= tables
    assert {f"noise-{sweep.name}" for sweep in SWEEPS} <= tables
    assert "HybridFusion-style (adaptation)" in text
    assert "The full model is better than" in text
    assert "±" in text
    figures = json.loads(result_path(run, VARIANTS["full"], 0).read_text())
    assert set(figures["permuted"]) == {"shuffled", "borrowed"}
    assert figures["parameters"] > 0


def test_evaluation_sequences_are_deterministic(begun: Run) -> None:
    run, _ = begun
    bank = gather(run, None, small_plan(), silent).validation
    one, two = (composed_sequences(bank, small_plan().lessons.compose, 3) for _ in range(2))
    assert all((a.state == b.state).all() for a, b in zip(one, two, strict=True))
