"""The shipped checkpoint answers its golden clip here as it did where it was trained, and a changed one does not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.commands import doctor_selfcheck
from app.commands.doctor_checks import Mark
from core.errors import ModelError
from core.features.load_model import shipped
from core.session import golden_clip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped(), tmp_path / "compact"))


@pytest.fixture
def quick_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the stored answer without computing it."""
    monkeypatch.setattr(golden_clip, "answer", lambda checkpoint: np.array(stored(shipped()), dtype=np.float32))


def stored(checkpoint: Path) -> list[list[float]]:
    table: list[list[float]] = json.loads((checkpoint / golden_clip.FILE).read_text(encoding="utf-8"))["probabilities"]
    return table


def test_the_shipped_checkpoint_answers_its_golden_clip(copy: Path) -> None:
    (copy / golden_clip.FILE).unlink()
    golden_clip.store_answer(copy)
    assert np.array(stored(copy)) == pytest.approx(np.array(stored(shipped())), abs=1e-4)


@pytest.mark.usefixtures("quick_answer")
@pytest.mark.parametrize(("change", "mark"), [(0.0005, Mark.WELL), (0.002, Mark.FAULT)])
def test_an_answer_beyond_the_tolerance_is_a_fault(
    copy: Path, monkeypatch: pytest.MonkeyPatch, change: float, mark: Mark
) -> None:
    file = copy / golden_clip.FILE
    table = json.loads(file.read_text(encoding="utf-8"))
    table["probabilities"][3][0] += change
    file.write_text(json.dumps(table), encoding="utf-8")
    monkeypatch.setattr("core.features.load_model.shipped", lambda: copy)
    finding = doctor_selfcheck.golden_clip()
    assert finding.mark is mark
    assert ("up to 0.002 apart" in finding.words) is (mark is Mark.FAULT)


@pytest.mark.usefixtures("quick_answer")
@pytest.mark.parametrize(
    "text", ["", "{}", '{"tolerance": 0.001, "probabilities": [[1, 0, 0, 0]]}', "[1]", "[" * 100_000]
)
def test_a_damaged_answer_is_named(copy: Path, text: str) -> None:
    (copy / golden_clip.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"golden\.json"):
        golden_clip.difference(copy)


@pytest.mark.usefixtures("quick_answer")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1" + "0" * 400])
@pytest.mark.parametrize("place", ["tolerance", "probability"])
def test_an_answer_that_no_model_gives_is_named_and_agrees_with_nothing(copy: Path, place: str, number: str) -> None:
    file = copy / golden_clip.FILE
    table = json.loads(file.read_text(encoding="utf-8"))
    if place == "tolerance":
        table["tolerance"] = "NUMBER"
    else:
        table["probabilities"][3][0] = "NUMBER"
    file.write_text(json.dumps(table).replace('"NUMBER"', number), encoding="utf-8")
    with pytest.raises(ModelError, match=r"golden\.json"):
        golden_clip.difference(copy)
