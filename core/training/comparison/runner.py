"""Trains every variant on the same data with the same budget, evaluates it, and stores the results.

    run folder (checkpoint, bank-fuse, bank-val, bank-test) → table/VARIANT-seed N.{json, npz, safetensors}

A pair of variant and seed is done when its JSON exists; an interrupted one resumes after its last epoch. Several
processes may share a run folder with different variants, because each writes its own files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import save_file

from core.atomic_files import replace_file, replace_text
from core.errors import DataError
from core.features.settings import FeatureSettings
from core.features.tokens import WordTokens
from core.model.checkpoint import CheckpointError, describe, load
from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES
from core.training.comparison.severity import SWEEPS, Opened, noisy_banks
from core.training.comparison.trial import TrialMaterial, evaluate_trial
from core.training.comparison.variants import FULL, Variant, chosen_variants
from core.training.fusion.baselines import Fuser
from core.training.fusion.embedding_bank import EmbeddingBank, TrainedEncoders, cached_bank, make_bank
from core.training.fusion.evaluation import unroll
from core.training.fusion.sequence_composer import ComposedSequence, ComposeSettings, compose
from core.training.fusion.train_fusion import SCHEDULE, FusionData, FusionTask, run_name
from core.training.metrics.metrics import without_nan
from core.training.pack.data import Progress, read_pack
from core.training.run_folder import bind
from core.training.training_loop import TrainingSchedule, fit

TABLE = "table"
BANK_SEED = 11
"""Seed of all banks of a run; the same seed chooses the same samples."""
_SEQUENCES_SEED = 20_27


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """The budget that all variants share. `judged_on`: test sequences; `swept_on`: those of them used for sweeps of
    absences and noise; `calibrated_on`: validation sequences that choose the temperature.
    """

    schedule: TrainingSchedule = SCHEDULE
    lessons: FusionData = field(default_factory=FusionData)
    seeds: int = 3
    judged_on: int = 400
    swept_on: int = 150
    calibrated_on: int = 200

    def brief(self) -> ComparisonPlan:
        """Returns a plan with a few steps of everything, to check that it runs."""
        return replace(
            self,
            schedule=replace(self.schedule, epochs=1),
            lessons=replace(self.lessons, steps=3),
            judged_on=24,
            swept_on=8,
            calibrated_on=12,
        )


def compare(run: Path, data: Path | None, plan: ComparisonPlan, only: list[str], progress: Progress) -> list[Variant]:
    """Trains and evaluates what is not done yet; returns the variants. Raises `DataError`.

    `data`: the pack of the run, needed until its test samples have been encoded at every noise level.
    """
    config = _config(run)
    variants = chosen_variants(only, config, plan.lessons.loss)
    jobs = [(variant, seed) for variant in variants for seed in range(1 if variant.one_seed else plan.seeds)]
    folder = _bound_folder(run, plan)
    missing = [job for job in jobs if not result_path(run, *job).exists()]
    if missing:
        material = gather(run, data, plan, progress)
        for done, (variant, seed) in enumerate(missing):
            progress(f"comparing: {variant.title}, seed {seed + 1}", done, len(missing))
            _trial(folder, material, plan, variant, seed, progress)
    return variants


def result_path(run: Path, variant: Variant, seed: int) -> Path:
    """Path of the metrics of one variant and seed, as JSON."""
    return run / TABLE / f"{variant.name}-seed{seed}.json"


def bank_for_test_path(run: Path) -> Path:
    """Path of the encoded test samples of a run."""
    return _bank_path(run, "test")


def _bank_path(run: Path, split: str) -> Path:
    return run / f"bank-{split}.npz"


def gather(run: Path, data: Path | None, plan: ComparisonPlan, progress: Progress) -> TrialMaterial:
    """Collects banks and sequences; makes what the run folder lacks."""
    opened = _opener(run, data, progress)

    def bank(split: str) -> EmbeddingBank:
        def make() -> EmbeddingBank:
            pack, encoders = opened()
            return make_bank(pack, lambda item: item.split == split, encoders, BANK_SEED, progress)

        return cached_bank(_bank_path(run, split), make)

    training, validation, testing = bank("fuse"), bank("val"), bank("test")
    noisy = noisy_banks(run / TABLE / "noise", testing, opened, BANK_SEED, progress)
    noiseless = composed_sequences(testing, replace(plan.lessons.compose, noise_episode_share=0.0), plan.swept_on)
    return TrialMaterial(
        _config(run),
        {name: getattr(training, name).vectors.shape[-1] for name in MODALITIES},
        training,
        validation,
        composed_sequences(testing, plan.lessons.compose, plan.judged_on),
        composed_sequences(validation, plan.lessons.compose, plan.calibrated_on),
        noisy_sequences(testing, plan),
        {sweep.name: [[one.on(level) for one in noiseless] for level in noisy[sweep.name]] for sweep in SWEEPS},
    )


def composed_sequences(bank: EmbeddingBank, settings: ComposeSettings, count: int) -> list[ComposedSequence]:
    """The sequences on which every variant is evaluated."""
    rng = np.random.default_rng(_SEQUENCES_SEED)
    return [compose(bank, settings, rng) for _ in range(count)]


def noisy_sequences(bank: EmbeddingBank, plan: ComparisonPlan) -> list[ComposedSequence]:
    """Sequences with a noise episode and every modality present somewhere, to evaluate weights under noise."""
    always = replace(plan.lessons.compose, noise_episode_share=1.0, missing_throughout_share=0.0)
    return composed_sequences(bank, always, plan.judged_on)


def _trial(
    folder: Path, material: TrialMaterial, plan: ComparisonPlan, variant: Variant, seed: int, progress: Progress
) -> None:
    """Trains one variant with one seed, evaluates it, and writes the results, the JSON last."""
    schedule = replace(plan.schedule, seed=plan.schedule.seed + 100 * seed)
    fusion = variant.build(material.config, material.widths, schedule.seed)
    lessons, name = replace(plan.lessons, loss=variant.loss(plan.lessons.loss)), f"{variant.name}-seed{seed}"
    task = FusionTask(fusion, material.training, material.validation, lessons, schedule)
    _reuse(folder.parent, folder / name, variant, plan, schedule.seed)
    began = time.process_time()
    epochs = fit(task, schedule, folder / name, progress)
    trained = time.process_time()
    whole = unroll(fusion, material.test)
    figures = evaluate_trial(fusion, variant, whole, material)
    figures |= {
        "variant": variant.name,
        "title": variant.title,
        "kind": variant.kind,
        "seed": seed,
        "kl_weight": lessons.loss.kl_weight,
        "parameters": parameters(fusion),
        "epochs": epochs,
        "processor_s": {"training": trained - began, "judging": time.process_time() - trained},
    }
    output = {"logits": whole.logits.astype(np.float16), "weights": whole.weights.astype(np.float16)}
    replace_file(
        folder / f"{name}.npz", lambda fresh: np.savez_compressed(fresh, allow_pickle=False, **output), DataError
    )
    replace_file(folder / f"{name}.safetensors", lambda fresh: save_file(fusion.state_dict(), fresh), DataError)
    replace_text(folder / f"{name}.json", json.dumps(without_nan(figures), indent=1) + "\n", DataError)
    shutil.rmtree(folder / name)


def _reuse(run: Path, into: Path, variant: Variant, plan: ComparisonPlan, seed: int) -> None:
    """Reuses the recipe's own trainings of the full model, if they followed the same plan."""
    done, note = run / f"{run_name(seed)}.pt", run / "run.json"
    if variant.name != FULL or not done.exists() or not note.exists():
        return
    recipe = json.loads(note.read_text(encoding="utf-8"))["recipe"]
    ours = json.loads(json.dumps({"lessons": asdict(plan.lessons), "fusion": asdict(plan.schedule)}))
    if all(recipe[part] == table for part, table in ours.items()):
        into.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(done, into / "fusion.pt")


def parameters(fusion: Fuser) -> int:
    """Number of trainable parameters."""
    return sum(parameter.numel() for parameter in fusion.parameters())


def _bound_folder(run: Path, plan: ComparisonPlan) -> Path:
    """Returns the folder of results and binds it to one plan and one set of banks."""
    folder = run / TABLE
    owner = asdict(replace(plan, seeds=0)) | {"banks": _fingerprint(_bank_path(run, "fuse"))}
    refusal = f"{folder} holds results of another plan or of other encoders. Delete it to start again."
    bind(folder / "plan.json", owner, refusal)
    return folder


def _fingerprint(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _config(run: Path) -> NetworkConfig:
    """The network's config of a finished training run. Raises `DataError` for any other folder."""
    lacking = [name for name in ("bank-fuse.npz", "bank-val.npz") if not (run / name).is_file()]
    if lacking:
        raise DataError(f"{run} is not a finished training run: it has no {lacking[0]}. Train first.")
    try:
        return NetworkConfig.from_json(describe(run / "checkpoint")["config"])
    except CheckpointError as error:
        raise DataError(f"{run} is not a finished training run. {error}") from error


def _opener(run: Path, data: Path | None, progress: Progress) -> Opened:
    """Opens the pack and the run's encoders, once."""

    @cache
    def opened() -> tuple[Any, TrainedEncoders]:
        if data is None:
            raise DataError(f"{run} lacks encoded test samples. Name the pack that it was trained on with --data DIR.")
        checkpoint = load(run / "checkpoint")
        features = FeatureSettings.from_json(checkpoint.features)
        tokens = WordTokens(checkpoint.tokenizer, features.max_tokens)
        network = checkpoint.network
        encoders = TrainedEncoders(network.audio, network.visual, network.text, features, tokens)
        return read_pack(data, run / "cache", progress), encoders

    found: Callable[[], tuple[Any, TrainedEncoders]] = opened
    return found
