"""`edu-emotionnet train`: the complete recipe from a data pack to a checkpoint, in resumable stages.

    pack → tokenizer, dictation → faces, texts, voices (encoders) → banks (encoder vectors) → fusions of three seeds
    → calibration → checkpoint → evaluation of its test identities, with simple models for comparison → model card

Every stage leaves its result in the run folder and is skipped if the result exists; the encoders and the fusion resume
after their last finished epoch.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core import __version__
from core.atomic_files import replace_text
from core.errors import DataError
from core.features.settings import COMPACT
from core.features.tokens import WordTokens, as_spoken
from core.model.checkpoint import TOKENIZER, Checkpoint, save
from core.model.config import NetworkConfig, compact
from core.model.encoders import AudioEncoder, TextEncoder, VisualEncoder
from core.model.inputs import MODALITIES
from core.model.network import EduEmotionNet, Fusion
from core.session.golden_clip import store_answer
from core.training.distributed import is_main, main_first
from core.training.encoders import audio_pretraining, faces, texts, voices
from core.training.encoders.asr_error_model import DICTATED, open_error_model
from core.training.encoders.encoder_tasks import EncoderWithHeads
from core.training.encoders.shrink_bert import copy_teacher_weights, teacher_folder, trimmed_tokenizer
from core.training.encoders.simple_models import hog_and_regression, mfcc_and_boosting, tf_idf_and_regression
from core.training.encoders.sklearn_support import need_scikit_learn
from core.training.evaluate import evaluate
from core.training.fusion import train_fusion
from core.training.fusion.calibrate import calibrate
from core.training.fusion.embedding_bank import EmbeddingBank, TrainedEncoders, cached_bank, make_bank
from core.training.fusion.evaluation import present_steps
from core.training.fusion.sequence_composer import ComposedSequence, ComposeSettings, compose
from core.training.fusion.train_fusion import FusionData, FusionTask, run_name
from core.training.fusion.weight_bands import fit_scale
from core.training.metrics.intervals import Scores
from core.training.metrics.metrics import without_nan
from core.training.model_card import class_counts, write_card
from core.training.pack.data import Pack, Progress, read_pack
from core.training.pack.splits import Split
from core.training.run_folder import add_evaluation, bind
from core.training.training_loop import TrainingSchedule, fit

CHECKPOINT = "checkpoint"
"""The result's folder inside the run folder."""
_FUSED: tuple[Split, ...] = ("fuse", "val")
_CALIBRATED_ON = 300
"""Number of sequences of validation identities used to choose temperature and threshold."""


_STAGES = ("faces", "faces_polish", "texts", "hearing", "voices", "fusion")


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """The schedules of the training stages and the generator's parameters."""

    faces_polish: TrainingSchedule = faces.POLISH
    faces: TrainingSchedule = faces.SCHEDULE
    texts: TrainingSchedule = texts.SCHEDULE
    hearing: TrainingSchedule = audio_pretraining.SCHEDULE
    voices: TrainingSchedule = voices.SCHEDULE
    fusion: TrainingSchedule = train_fusion.SCHEDULE
    lessons: FusionData = field(default_factory=FusionData)
    dictated: int = DICTATED
    """Number of texts that are dictated to the recogniser to learn its errors."""
    other_seeds: int = 2
    """Fusions of other seeds: the weights' bands are stretched until they cover 95 % of their weights."""
    judged_on: int = 400
    """Number of sequences for the final evaluation."""

    def brief(self) -> TrainingRecipe:
        """Returns a recipe with one epoch of everything, to check that the stages run."""
        once = {name: replace(getattr(self, name), epochs=1) for name in _STAGES}
        lessons = replace(self.lessons, steps=4)
        return replace(self, **once, lessons=lessons, dictated=8, other_seeds=1, judged_on=20)


def run(data: Path, out: Path, progress: Progress, recipe: TrainingRecipe | None = None, threads: int = 0) -> Path:
    """Trains the compact profile on a pack; returns the checkpoint folder in `out`. Raises `DataError`."""
    recipe = recipe or TrainingRecipe()
    need_scikit_learn()  # used at the very end, so fail at the very beginning
    if threads:
        torch.set_num_threads(threads)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{out} cannot be written ({error.strerror}). Name another folder with --out.") from error
    with main_first():
        pack, config = read_pack(data, out / "cache", progress), compact()
        bind(
            out / "run.json",
            {"pack": pack.fingerprint, "recipe": asdict(recipe)},
            f"{out} holds a run on another pack or with another recipe. Name another folder with --out.",
        )
    trained = _train_encoders(pack, config, recipe, out, progress)
    tokens = WordTokens(out / TOKENIZER, COMPACT.max_tokens)
    encoders = TrainedEncoders(trained.audio.encoder, trained.visual.encoder, trained.text.encoder, COMPACT, tokens)
    with main_first():
        banks = {split: _bank(pack, split, encoders, out, progress) for split in _FUSED}
    network = EduEmotionNet(config)
    network.audio, network.visual, network.text = encoders.audio, encoders.visual, encoders.text
    network.fusion, *others = _fusions(config, banks, recipe, out, progress)
    if not is_main():  # the main process finishes the run
        return out / CHECKPOINT
    sequences = _sequences(banks["val"], recipe.lessons.compose)
    calibration = replace(
        calibrate(present_steps(network.fusion, sequences)), band_scale=fit_scale(network.fusion, others, sequences)
    )
    checkpoint = Checkpoint(
        network.eval(),
        config,
        COMPACT.to_json(),
        calibration,
        out / TOKENIZER,
        card=_provenance(pack, recipe, trained.recognizer),
    )
    folder = _write(out, checkpoint, trained)
    figures = evaluate(pack, folder, progress, recipe.judged_on)
    figures["simple_models"] = _simple_models(pack, out / "simple.json", progress)
    add_evaluation(out, folder, without_nan(figures), write_card)
    return folder


@dataclass(frozen=True, eq=False)
class _TrainedEncoders:
    """The three encoders with their heads."""

    audio: EncoderWithHeads[AudioEncoder]
    visual: EncoderWithHeads[VisualEncoder]
    text: EncoderWithHeads[TextEncoder]
    recognizer: str
    """Whose errors the text encoder learned from."""


def _train_encoders(
    pack: Pack, config: NetworkConfig, recipe: TrainingRecipe, out: Path, progress: Progress
) -> _TrainedEncoders:
    with main_first():
        kept = _tokenizer(pack, config, out / TOKENIZER)
    face = faces.FaceTask(pack, config, COMPACT, recipe.faces)
    with main_first():
        error_model = open_error_model(pack, out / "misheard.json", progress, recipe.dictated)
    text = texts.TextTask(pack, config, out / TOKENIZER, COMPACT.max_tokens, recipe.texts, error_model)
    voice = voices.VoiceTask(pack, config, recipe.voices)
    copy_teacher_weights(text.module.encoder, teacher_folder(), kept)
    fit(face, recipe.faces, out, progress)
    polished = faces.FaceTask(pack, config, COMPACT, recipe.faces_polish, mixing=0.0)
    polished.module.load_state_dict(face.module.state_dict())
    fit(polished, recipe.faces_polish, out, progress)
    fit(text, recipe.texts, out, progress)
    fit(
        audio_pretraining.AudioPretrainingTask(pack, voice.module.encoder, recipe.hearing),
        recipe.hearing,
        out,
        progress,
    )
    fit(voice, recipe.voices, out, progress)
    return _TrainedEncoders(voice.module, polished.module, text.module, error_model.recognizer)


def _tokenizer(pack: Pack, config: NetworkConfig, path: Path) -> list[int]:
    """Writes the trimmed tokenizer; returns the teacher's ids of its pieces."""
    written = [item.text for item in pack.texts if item.split == "train"]
    texts_seen = [*written, *map(as_spoken, written)]
    table, kept = trimmed_tokenizer(teacher_folder(), texts_seen, config.text["vocab_size"])
    replace_text(path, json.dumps(table, ensure_ascii=False), DataError)
    return kept


def _bank(pack: Pack, split: Split, encoders: TrainedEncoders, out: Path, progress: Progress) -> EmbeddingBank:
    return cached_bank(
        out / f"bank-{split}.npz",
        lambda: make_bank(pack, lambda item: item.split == split, encoders, seed=11, progress=progress),
    )


def _fusions(
    config: NetworkConfig, banks: dict[Split, EmbeddingBank], recipe: TrainingRecipe, out: Path, progress: Progress
) -> list[Fusion]:
    """Trains the fusion, and others from different seeds for the width of the weights' bands."""
    widths = {name: getattr(banks["fuse"], name).vectors.shape[-1] for name in MODALITIES}
    trained: list[Fusion] = []
    for number in range(1 + recipe.other_seeds):
        schedule = replace(recipe.fusion, seed=recipe.fusion.seed + 100 * number)
        torch.manual_seed(schedule.seed)
        trained.append(Fusion(config, widths))
        task = FusionTask(
            trained[-1],
            banks["fuse"],
            banks["val"],
            recipe.lessons,
            schedule,
            name=run_name(schedule.seed),
        )
        fit(task, schedule, out, progress)
    return trained


def _sequences(bank: EmbeddingBank, settings: ComposeSettings) -> list[ComposedSequence]:
    rng = np.random.default_rng(12)
    return [compose(bank, settings, rng) for _ in range(_CALIBRATED_ON)]


def _simple_models(pack: Pack, path: Path, progress: Progress) -> dict[str, Any]:
    """Baselines for the encoders: fitted on `train`, evaluated on `test`, once per run."""
    if not path.exists():
        models: dict[str, Callable[[], Scores]] = {
            "mfcc_and_boosting": lambda: mfcc_and_boosting(pack),
            "tf_idf_as_written": lambda: tf_idf_and_regression(pack, str),
            "tf_idf_as_spoken": lambda: tf_idf_and_regression(pack, as_spoken),
            "hog_and_regression": lambda: hog_and_regression(pack),
        }
        found = {}
        for place, (name, model) in enumerate(models.items()):
            found[name] = model().to_json()
            progress("simple models", place + 1, len(models))
        replace_text(path, json.dumps(without_nan(found), indent=1) + "\n", DataError)
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def _provenance(pack: Pack, recipe: TrainingRecipe, recognizer: str) -> dict[str, Any]:
    """The record of how the checkpoint was made."""
    data = {"fingerprint": pack.fingerprint, "counts": class_counts(pack)}
    return {"program": __version__, "data": data, "recipe": asdict(recipe), "word_errors_of": recognizer}


def _write(out: Path, checkpoint: Checkpoint, trained: _TrainedEncoders) -> Path:
    """Saves the checkpoint with its tokenizer, its heads and its answer to the golden clip."""
    folder = out / CHECKPOINT
    save(folder, checkpoint, {"audio": trained.audio.heads, "visual": trained.visual.heads, "text": trained.text.heads})
    store_answer(folder)
    return folder
