"""`edu-emotionnet evaluate --corpus`: evaluates a checkpoint on the people of a corpus's test part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.atomic_files import replace_text
from core.errors import DataError, ModelError
from core.model.checkpoint import Checkpoint, CheckpointError, load
from core.training.corpora.figures import figures
from core.training.corpora.prepare import PreparedCorpus, vectors_of
from core.training.metrics.metrics import without_nan
from core.training.pack.data import Progress


def evaluate_corpus(
    prepared: PreparedCorpus, folder: Path, report: Path, cache: Path, progress: Progress
) -> dict[str, Any]:
    """Evaluates the checkpoint in `folder`, writes and returns the report. Raises `DataError`, `ModelError`."""
    try:
        checkpoint = load(folder)
    except CheckpointError as error:
        raise ModelError(str(error)) from error
    made = evaluate(prepared, checkpoint, cache, progress)
    replace_text(report, json.dumps(made, indent=1) + "\n", DataError)
    return made


def evaluate(prepared: PreparedCorpus, checkpoint: Checkpoint, cache: Path, progress: Progress) -> dict[str, Any]:
    """Computes all metrics of a checkpoint on the test people of a prepared corpus."""
    found = vectors_of(prepared, checkpoint, cache, ("test",), progress)
    made: dict[str, Any] = without_nan(figures(checkpoint.network.fusion, checkpoint.calibration, found["test"]))
    return {
        "checkpoint_sha256": checkpoint.sha256,
        "profile": checkpoint.profile,
        "corpus": prepared.corpus,
        "fingerprint": prepared.fingerprint(),
        "parted": prepared.how,
        "people": prepared.people(),
        "clips": prepared.counts(),
        "left_out": dict(prepared.left_out),
        "test": made,
    }
