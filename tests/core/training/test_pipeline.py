"""The whole recipe on a small pack, interrupted and resumed, and evaluated on another pack."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import DataError, ModelError
from core.features.load_model import open_live
from core.model.checkpoint import AUXILIARY, load
from core.settings import ModelSettings
from core.training.evaluate import evaluate_pack
from core.training.pipeline import TrainingRecipe, run
from tests.support.small_pack import make_pack


def silent(what: str, done: int, total: int) -> None:
    """Discards progress reports."""


def small_recipe() -> TrainingRecipe:
    brief = TrainingRecipe().brief()
    return replace(
        brief,
        faces=replace(brief.faces, batch=24),
        faces_polish=replace(brief.faces_polish, batch=24),
        texts=replace(brief.texts, batch=8),
        voices=replace(brief.voices, batch=8),
        hearing=replace(brief.hearing, batch=16),
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was interrupted while training on voices, and resumed."""
    folder = tmp_path_factory.mktemp("training")
    pack = make_pack(folder / "pack")

    def stop_in_the_voices(what: str, done: int, total: int) -> None:
        if what.startswith("voices"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(pack, folder / "run", stop_in_the_voices, small_recipe())
    seen: list[str] = []
    checkpoint = run(pack, folder / "run", lambda what, *_: seen.append(what), small_recipe())
    assert any(what.startswith("voices") for what in seen)
    assert not any(what.startswith(("faces", "texts", "reading")) for what in seen), (
        "finished stages are not done twice"
    )
    return checkpoint


def test_the_result_is_a_loadable_checkpoint_with_a_card(trained: Path) -> None:
    model, _ = open_live(ModelSettings(checkpoint=str(trained), device="cpu"))
    assert model.profile == "compact"
    assert sum(file.stat().st_size for file in trained.iterdir()) <= 40 * 2**20
    card = (trained / "MODEL_CARD.md").read_text()
    assert load(trained).sha256 in card
    assert "composed" in card
    assert "reconstruction" in card
    assert "errors as Moonshine tiny-en makes them" in card
    assert "20% of the words wrong as Moonshine" in card


def test_an_unseen_pack_is_evaluated_in_full_and_the_training_pack_by_its_test_identities(
    trained: Path, tmp_path: Path
) -> None:
    other = make_pack(tmp_path / "other", faces=60, voices=40, texts=60)
    figures = evaluate_pack(other, tmp_path / "report.json", trained, tmp_path / "cache", silent, 8, staged=1)
    assert figures["identities"].startswith("all of the pack")
    assert figures["live_parity"]["same_within_tolerance"]
    assert figures["unimodal"]["visual"]["seven_expressions_human_labelled"]["samples"] == 60
    written = json.loads((tmp_path / "report.json").read_text())
    assert [row["missing_rate"] for row in written["composed"]["missing"]] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert set(written["composed"]["only"]) == {"audio", "visual", "text"}
    words = written["unimodal"]["text"]
    assert set(words["as_recognized"]["by_word_error_rate"]) == {"0.1", "0.2", "0.3"}
    assert words["as_recognized"]["recognizer"] == "Moonshine tiny-en"
    own = load(trained).card["metrics"]
    assert own["identities"].startswith("test split")
    assert own["unimodal"]["visual"]["seven_expressions_human_labelled"]["samples"] < 60


def test_unknown_labels_are_left_out_and_counted(trained: Path, tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "pack", faces=60, voices=40, texts=60)
    for name, known, unknown in (("faces.csv", "happy", "contempt"), ("voices.csv", "serenity", "awe")):
        table = pack / name
        table.write_text(table.read_text().replace(f",{known},", f",{unknown},"))
    figures = evaluate_pack(pack, tmp_path / "report.json", trained, tmp_path / "cache", silent, sequences=8)
    assert figures["left_out_for_unknown_labels"] == {"faces": 12, "voices": 8}
    assert figures["unimodal"]["visual"]["seven_expressions_human_labelled"]["samples"] == 48


def test_a_folder_without_a_pack_is_reported_in_one_sentence(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not a data pack: .*faces\.csv"):
        run(tmp_path, tmp_path / "run", silent)
    with pytest.raises(DataError, match="not a data pack"):
        evaluate_pack(tmp_path, tmp_path / "r.json", trained, tmp_path, silent)


def test_a_checkpoint_without_heads_is_reported(trained: Path, tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "pack", faces=20, voices=20, texts=20)
    bare = tmp_path / "bare"
    bare.mkdir()
    for file in trained.iterdir():
        if file.name != AUXILIARY:
            (bare / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match=AUXILIARY):
        evaluate_pack(pack, tmp_path / "r.json", bare, tmp_path / "cache", silent)
