"""`edu-emotionnet train --corpus`: trains a checkpoint on a copy of a corpus, in resumable stages.

clips → states → parts → recorded (each clip once, kept) → head or fine → calibration → checkpoint → test people → card
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core import __version__
from core.features.settings import FeatureSettings
from core.model.checkpoint import Checkpoint, save
from core.training.corpora import fine_task, head_task, recorders
from core.training.corpora.card import write_card
from core.training.corpora.clip import PARTS
from core.training.corpora.figures import figures, unrolled
from core.training.corpora.prepare import PreparedCorpus, recorded_parts, vectors_of
from core.training.corpora.relabel import missing_states
from core.training.distributed import is_main, processes
from core.training.fusion.calibrate import calibrate
from core.training.metrics.metrics import without_nan
from core.training.pack.data import Progress
from core.training.run_folder import add_evaluation, bind
from core.training.training_loop import TrainingSchedule, fit


@dataclass(frozen=True, slots=True)
class CorpusTrainingPlan:
    """Schedules of the stages, and whether the encoders are fine-tuned."""

    fine_tune: bool = False
    head: TrainingSchedule = head_task.SCHEDULE
    fine: TrainingSchedule = fine_task.SCHEDULE

    def brief(self) -> CorpusTrainingPlan:
        """Returns a plan with one epoch per stage, to check that the stages run."""
        return replace(self, head=replace(self.head, epochs=1), fine=replace(self.fine, epochs=1))


def train(
    prepared: PreparedCorpus, base: Checkpoint, plan: CorpusTrainingPlan, out: Path, cache: Path, progress: Progress
) -> Path:
    """Trains from `base` on a prepared corpus; returns the checkpoint folder in `out`. Raises `DataError`."""
    if is_main():
        bind(
            out / "run.json",
            {"corpus": prepared.corpus, "clips": prepared.fingerprint(), "start": base.sha256, "profile": base.profile}
            | {"plan": asdict(plan)},
            f"{out} holds a run on other clips or with another plan. Name another folder with --out.",
        )
    processes().wait_for_everyone()
    network = base.network
    if plan.fine_tune:
        found = recorded_parts(prepared, recorders.inputs(base, cache), PARTS[:2], progress, fine_task.PIECE_STEPS)
        schedule = head_task.fitting(plan.fine, len(found["train"]))
        features = FeatureSettings.from_json(base.features)
        task = fine_task.FineTask(network, features, found["train"], found["val"], schedule)
        scores = fit(task, schedule, out, progress, task.module.groups())
        found = vectors_of(prepared, base, cache, PARTS[1:], progress)
    else:
        found = vectors_of(prepared, base, cache, PARTS, progress)
        schedule = head_task.fitting(plan.head, len(found["train"]))
        head = head_task.HeadTask(network.fusion, found["train"], found["val"], schedule)
        scores = fit(head, schedule, out, progress)
    folder = out / "checkpoint"
    if is_main():
        # A single training shows no variation over seeds: the bands keep the scale of the base checkpoint.
        stretched = base.calibration.band_scale
        calibration = replace(calibrate(unrolled(network.fusion, found["val"]).present_steps()), band_scale=stretched)
        card = _card(prepared, base, plan, scores) | {"metrics": None}
        save(folder, replace(base, network=network.eval(), calibration=calibration, card=card), {})
        metrics = without_nan(figures(network.fusion, calibration, found["test"]))
        add_evaluation(out, folder, metrics, write_card)
    processes().wait_for_everyone()
    return folder


def _card(
    prepared: PreparedCorpus, base: Checkpoint, plan: CorpusTrainingPlan, scores: list[dict[str, float]]
) -> dict[str, Any]:
    """The record of how the checkpoint was made."""
    return {
        "program": __version__,
        "data": {
            "corpus": prepared.corpus,
            "fingerprint": prepared.fingerprint(),
            "parted": prepared.how,
            "people": prepared.people(),
            "clips": prepared.counts(),
            "left_out": dict(prepared.left_out),
            "missing_states": missing_states(prepared.every),
        },
        "start": base.sha256 or "pretrained encoders, untrained fusion",
        "recipe": asdict(plan),
        "epochs": scores,
    }
