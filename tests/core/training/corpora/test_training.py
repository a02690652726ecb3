"""From a look-alike corpus to a checkpoint: batches, head training, fine-tuning, and the two commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from app.__main__ import cli
from core.errors import DataError, ModelError
from core.features.settings import COMPACT
from core.model.checkpoint import load
from core.training.corpora import fine_task, train
from core.training.corpora.base import open_base
from core.training.corpora.figures import unrolled
from core.training.corpora.fine_task import FineTask, FineTunedNetwork, inputs_of
from core.training.corpora.head_task import dropped, fitting
from core.training.corpora.prepare import PreparedCorpus, prepare
from core.training.corpora.steps import LabelledHops, batch_of, by_length, stretches
from core.training.fusion.evaluation import MISSING_RATES
from core.training.fusion.loss import LossSettings, temporal_loss
from core.training.pack.labels import CLASSES
from tests.support import look_alikes
from tests.support.look_alikes import Footage, tiny_checkpoint

WIDTHS = {"audio": 16, "visual": 8, "text": 12}


def silent(what: str, done: int, total: int) -> None:
    """Discards progress reports."""


def write_steps(path: Path, steps: int, seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    arrays = {name: rng.standard_normal((steps, width)).astype(np.float16) for name, width in WIDTHS.items()}
    since_word_s = rng.uniform(0.0, 20.0, steps).astype(np.float32)
    np.savez(path, present=rng.random((steps, 3)) < 0.7, since_word_s=since_word_s, **arrays)
    return path


@pytest.fixture(scope="module")
def prepared(shown: Footage, tmp_path_factory: pytest.TempPathFactory) -> PreparedCorpus:
    return prepare("own", look_alikes.write_own(tmp_path_factory.mktemp("own"), shown, people=4), None)


def test_padding_affects_neither_loss_nor_metrics(tmp_path: Path) -> None:
    fusion = tiny_checkpoint().network.fusion
    short = LabelledHops(write_steps(tmp_path / "a.npz", 5, 1), 0, 5, 0)
    long = LabelledHops(write_steps(tmp_path / "b.npz", 9, 2), 0, 9, 2)
    streams, targets = batch_of([short, long])
    assert streams.audio.shape == (2, 9, 16)
    assert not streams.present[0, 5:].any()
    assert streams.since_word_s.isnan().tolist() == [[False] * 5 + [True] * 4, [False] * 9], "unknown, not zero"
    together, _ = fusion(streams, fusion.start(2))
    alone, _ = fusion(*[batch_of([short])[0], fusion.start(1)])
    torch.testing.assert_close(together.logits[:1, :5], alone.logits, rtol=1e-4, atol=1e-4)
    padded = batch_of([short])
    loss = temporal_loss(alone, padded[1], LossSettings())
    same, _ = fusion(type(streams)(*(getattr(streams, name)[:1] for name in streams.__slots__)), fusion.start(1))
    torch.testing.assert_close(temporal_loss(same, targets[:1], LossSettings()), loss, rtol=1e-4, atol=1e-5)


def test_long_clips_are_cut_and_short_ones_batched_together(tmp_path: Path, prepared: PreparedCorpus) -> None:
    entries = prepared.every[:2]
    paths = {entry.clip.id: write_steps(tmp_path / f"{n}.npz", 100 if n else 3) for n, entry in enumerate(entries)}
    found = stretches(entries, paths)
    assert [(one.first, one.last) for one in found] == [(0, 3), (0, 48), (48, 96), (96, 100)]
    assert [[one.steps for one in piece] for piece in by_length(found, 2)] == [[3, 4], [48, 48]]


def test_none_of_these_has_a_uniform_target(tmp_path: Path) -> None:
    path = write_steps(tmp_path / "a.npz", 2)
    _, targets = batch_of([LabelledHops(path, 0, 2, CLASSES.index("none")), LabelledHops(path, 0, 2, 1)])
    assert targets[0].eq(0.25).all()
    assert targets[1].argmax(-1).eq(1).all()


def test_modality_dropout_never_removes_all(tmp_path: Path) -> None:
    path = write_steps(tmp_path / "a.npz", 40)
    streams, _ = batch_of([LabelledHops(path, 0, 40, 0)] * 30)
    thinner = dropped(streams, np.random.default_rng(0))
    assert thinner.present.sum() < streams.present.sum()
    assert torch.equal(thinner.present.any(-1), streams.present.any(-1))
    assert not (thinner.present & ~streams.present).any()
    without_text = (streams.present & ~thinner.present)[..., 2]
    assert without_text.any()
    assert thinner.since_word_s[without_text].isnan().all(), "removed words say nothing of when they were said"
    with_text = thinner.present[..., 2]
    assert torch.equal(thinner.since_word_s[with_text], streams.since_word_s[with_text])


def test_metrics_count_the_answered_steps(tmp_path: Path) -> None:
    fusion = tiny_checkpoint().network.fusion
    clips = [LabelledHops(write_steps(tmp_path / f"{n}.npz", 6, n), 0, 6, n % 5) for n in range(10)]
    whole, thin = unrolled(fusion, clips), unrolled(fusion, clips, missing_rate=0.8)
    assert whole.hops == thin.hops == 48
    assert thin.row()["answered_share"] < whole.row()["answered_share"] <= 1
    only = unrolled(fusion, clips, modality="text")
    assert (only.weights[:, :2] == 0).all()


def test_a_small_corpus_gets_smaller_batches() -> None:
    assert fitting(fine_task.SCHEDULE, 100).batch == 4
    assert fitting(fine_task.SCHEDULE, 3).batch == 1
    with pytest.raises(DataError, match="could be read"):
        fitting(fine_task.SCHEDULE, 0)


def test_fine_tuning_changes_only_the_last_layers_and_encodes_as_live(prepared: PreparedCorpus, tmp_path: Path) -> None:
    base = tiny_checkpoint()
    before = {name: value.clone() for name, value in base.network.state_dict().items()}
    plan = train.CorpusTrainingPlan(fine_tune=True).brief()
    folder = train.train(prepared, base, plan, tmp_path / "run", tmp_path / "cache", silent)
    after = base.network.state_dict()
    moved = {name for name, value in before.items() if not torch.equal(value, after[name])}
    assert any(name.startswith("audio.body.encoder.layers") for name in moved)
    assert any(name.startswith("visual.body.encoder.stages.1") for name in moved)
    assert any(name.startswith("fusion") for name in moved)
    assert not any("feature_extractor" in name or "embeddings" in name or "running" in name for name in moved)
    assert "fine-tuned in their last layers" in (folder / "MODEL_CARD.md").read_text()
    assert load(folder).config == base.config

    (inputs,) = list((tmp_path / "cache").glob("inputs-*"))
    (vectors,) = list((tmp_path / "cache").glob("vectors-*"))
    file = next(file for file in sorted((vectors / "own").iterdir()) if (inputs / "own" / file.name).exists())
    with np.load(file) as kept, np.load(inputs / "own" / file.name) as raw:
        steps = len(raw["present"])
        assert np.array_equal(kept["present"], raw["present"])
        np.testing.assert_array_equal(kept["since_word_s"], raw["since_word_s"])
        batch, _ = inputs_of([LabelledHops(inputs / "own" / file.name, 0, steps, 0)], COMPACT)
        np.testing.assert_array_equal(batch.since_word_s[0].numpy(), raw["since_word_s"])
        inner = batch.token_mask & (batch.tokens > 4)  # neither padding nor a mark
        assert torch.equal(~batch.token_age_s.isnan(), inner)
        youngest = batch.token_age_s.nan_to_num(nan=torch.inf).amin(-1)[batch.present[..., 2]]
        assert torch.equal(youngest, batch.since_word_s[batch.present[..., 2]])
        whole = FineTunedNetwork(base.network).eval()
        with torch.inference_mode():
            there = batch.present[..., 1]
            crops = base.network.visual(batch.crops[there], batch.crop_mask[there])
        np.testing.assert_allclose(crops.numpy(), kept["visual"][kept["present"][:, 1]], atol=2e-2)
        assert whole(batch).logits.shape == (1, steps, 4)


def test_encoders_stay_in_evaluation_mode_during_fine_tuning() -> None:
    base = tiny_checkpoint()
    task = FineTask(base.network, COMPACT, [], [], fine_task.SCHEDULE)
    task.module.train()
    assert base.network.fusion.training
    assert not base.network.visual.training
    learning = [name for name, value in task.module.named_parameters() if value.requires_grad]
    assert not any("feature_extractor" in name for name in learning)
    grouped = sum(len(parameters) for parameters, _ in task.module.groups())
    assert grouped == len(learning)


def test_a_run_folder_belongs_to_its_clips_and_plan(prepared: PreparedCorpus, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text("{}")
    with pytest.raises(DataError, match="other clips or with another plan"):
        train.train(prepared, tiny_checkpoint(), train.CorpusTrainingPlan(), tmp_path / "run", tmp_path, silent)


def test_the_paper_profile_names_the_models_to_download(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"models pull wav2vec2-base resnet-50 bert-base-uncased"):
        open_base("paper")


def test_a_look_alike_is_trained_on_and_evaluated_from_the_command_line(
    shown: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    data = look_alikes.write_daisee(tmp_path / "daisee", shown)
    table = look_alikes.write_table(tmp_path / "t.csv", ("label", "state"), [("engagement", "Curious")])
    asked = ["--corpus", "daisee", "--data", str(data), "--relabel", str(table)]
    run = CliRunner().invoke(cli, ["train", *asked, "--out", str(tmp_path / "run"), "--brief", "--threads", "1"])
    assert run.exit_code == 0, run.output
    assert "24 clips of daisee, the corpus's own parts; people: 2 train, 2 val, 2 test." in run.output
    assert "2 whose media file is missing" in run.output
    report = tmp_path / "r.json"
    checkpoint = ["--checkpoint", str(tmp_path / "run" / "checkpoint")]
    left_out_sentence = CliRunner().invoke(cli, ["evaluate", *asked, *checkpoint, "--report", str(report)])
    assert left_out_sentence.exit_code == 0, left_out_sentence.output
    figures = json.loads(report.read_text())
    assert figures["people"] == {"train": 2, "val": 2, "test": 2}
    assert [row["missing_rate"] for row in figures["test"]["missing"]] == list(MISSING_RATES)
    assert figures["test"]["only"]["audio"]["steps"] == 0
    own = json.loads((tmp_path / "run" / "evaluation.json").read_text())
    assert own["full"]["by_clip"] == figures["test"]["full"]["by_clip"]
    assert own["full"]["accuracy"] == pytest.approx(figures["test"]["full"]["accuracy"], abs=0.05)  # float16 weights


@pytest.mark.parametrize(
    "asked",
    [
        ["train", "--data", ".", "--profile", "paper"],
        ["train", "--data", ".", "--fine-tune"],
        ["train", "--data", ".", "--profile", "huge"],
        ["evaluate", "--report", "r.json"],
        ["evaluate", "--report", "r.json", "--corpus", "own"],
        ["evaluate", "--report", "r.json", "--corpus", "own", "--data", ".", "--pack", "."],
    ],
)
def test_incompatible_options_are_reported(asked: list[str]) -> None:
    left_out_sentence = CliRunner().invoke(cli, asked)
    assert left_out_sentence.exit_code == 2
    assert len(left_out_sentence.stderr.strip().splitlines()) == 1
