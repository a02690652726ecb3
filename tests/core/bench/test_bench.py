"""The bench times every part of a hop, the step, and the naive step, on the drawn learner with all modalities."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console

from core.bench.measure import measure
from core.bench.result import EXTRAS, NAIVE, PARTS, STEP, Bench
from core.settings import ModelSettings


@pytest.fixture(scope="module")
def found() -> Bench:
    return measure(ModelSettings(random_weights=True, threads=1), seconds=3.5)


def test_every_part_the_step_and_the_naive_step_are_measured(found):
    assert set(found.ms) == {*PARTS, STEP, NAIVE, *EXTRAS}
    assert all(values and min(values) > 0 for values in found.ms.values())
    assert len(found.ms[STEP]) == len(found.ms[NAIVE]) == 7 - 3


def test_the_results_are_plain_values_with_the_ratio(found):
    told = json.loads(json.dumps(found.to_json()))
    assert told["profile"] == "compact"
    assert told["threads"] == 1
    assert set(told["parts_ms"]) == set(PARTS)
    assert 0 < told["step_ms"]["p50"] <= told["step_ms"]["p95"]
    assert told["naive_over_step"] == pytest.approx(found.ratio)
    assert 0 < told["explaining_share_of_step"] < 1
    assert told["storing_ms"]["p50"] > 0


def test_the_naive_step_takes_longer(found):
    assert found.ratio > 1.0


def test_the_table_names_the_parts(found):
    console = Console(width=100, file=StringIO())
    console.print(found.to_table())
    shown = " ".join(console.file.getvalue().split())
    assert all(name in shown for name in (*PARTS, STEP, NAIVE, *EXTRAS, "random weights"))
