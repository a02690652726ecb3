"""`edu-emotionnet evaluate`: evaluates a checkpoint on a data pack.

Each encoder alone on single samples, the whole network on sequences composed from the pack, with modalities missing
at increasing rates. On the pack that the checkpoint was trained on, only test identities are used.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from core.atomic_files import replace_text
from core.errors import DataError, ModelError
from core.features.settings import FeatureSettings
from core.features.tokens import WordTokens
from core.model.checkpoint import Checkpoint, CheckpointError, load, load_auxiliary
from core.model.inputs import MODALITIES
from core.training.encoders import faces, texts, voices
from core.training.encoders.encoder_tasks import EncoderWithHeads
from core.training.encoders.unimodal import Figures, face_figures, source_probes, text_figures, voice_figures
from core.training.fusion.calibrate import confidences, probabilities, risk_coverage
from core.training.fusion.embedding_bank import EmbeddingBank, TrainedEncoders, make_bank
from core.training.fusion.evaluation import (
    Answers,
    FusionMetrics,
    flat,
    judge,
    judged,
    only,
    thinned,
    unroll,
    weights_under_noise,
)
from core.training.fusion.sequence_composer import ComposeSettings, compose
from core.training.live_parity.routes import compose_held_out, sameness
from core.training.metrics.metrics import expected_calibration_error, without_nan
from core.training.pack.data import Chosen, Pack, Progress, read_pack
from core.types import STATES

MISSING_RATES = (0.0, 0.2, 0.4, 0.6, 0.8)
SEQUENCES = 400
_COVERAGES = (0.25, 0.5, 0.75, 0.85, 0.95)
_SEED = 20_26


def evaluate_pack(
    pack_folder: Path,
    report: Path,
    checkpoint_folder: Path,
    cache: Path,
    progress: Progress,
    sequences: int = SEQUENCES,
    staged: int = 0,
) -> Figures:
    """Evaluates, writes the report as JSON, and returns it. Raises `DataError` or `ModelError`.

    `staged` sequences are also written as recordings and analysed, to check live parity.
    """
    pack = read_pack(pack_folder, cache, progress)
    figures = evaluate(pack, checkpoint_folder, progress, sequences)
    if staged:
        figures["sameness"] = _sameness(pack, checkpoint_folder, staged, progress)
    told: Figures = without_nan(figures)
    replace_text(report, json.dumps(told, indent=1) + "\n", DataError)
    return told


def _sameness(pack: Pack, folder: Path, count: int, progress: Progress) -> Figures:
    checkpoint = load(folder)
    chosen = held_out(pack, checkpoint)
    return sameness(pack, folder, checkpoint, compose_held_out(pack, chosen, count), progress)


def was_taught(pack: Pack, checkpoint: Checkpoint) -> bool:
    """Whether the checkpoint was trained on this pack."""
    return bool(checkpoint.card.get("data", {}).get("fingerprint") == pack.fingerprint)


def held_out(pack: Pack, checkpoint: Checkpoint) -> Chosen:
    """Selects the test identities of the training pack, or everything of another pack."""
    return (lambda item: item.split == "test") if was_taught(pack, checkpoint) else (lambda item: True)


def evaluate(pack: Pack, folder: Path, progress: Progress, sequences: int = SEQUENCES) -> Figures:
    """Computes all metrics of the checkpoint in `folder` on a pack, with the saved weights that live also loads.

    A pack counts as the training pack if its tables are byte-identical; a changed copy does not.
    """
    try:
        checkpoint = load(folder)
        learners = _learners(checkpoint, folder)
    except CheckpointError as error:
        raise ModelError(str(error)) from error
    seen_in_training = was_taught(pack, checkpoint)
    chosen = held_out(pack, checkpoint)
    untaught: Chosen = (lambda item: item.split != "train") if seen_in_training else chosen
    features = FeatureSettings.from_json(checkpoint.features)
    tokens = WordTokens(checkpoint.tokenizer, features.max_tokens)
    network = checkpoint.network
    encoders = TrainedEncoders(network.audio, network.visual, network.text, features, tokens)
    return {
        "checkpoint_sha256": checkpoint.sha256,
        "profile": checkpoint.profile,
        "pack_fingerprint": pack.fingerprint,
        "left_out_for_unknown_labels": pack.left_out,
        "identities": "test split of the training pack" if seen_in_training else "all of the pack, taken as unseen",
        "unimodal": {
            "visual": face_figures(pack, chosen, learners["visual"], features, progress),
            "audio": voice_figures(pack, chosen, learners["audio"], progress),
            "text": text_figures(pack, chosen, learners["text"], tokens, progress),
        },
        "source_probe": source_probes(pack, untaught, learners, tokens, progress),
        "composed": composed_figures(
            make_bank(pack, chosen, encoders, _SEED, progress), checkpoint, progress, sequences
        ),
    }


def composed_figures(bank: EmbeddingBank, checkpoint: Checkpoint, progress: Progress, count: int) -> Figures:
    """Computes fused metrics on composed sequences: all modalities, each alone, and against the missing rate."""
    rng = np.random.default_rng(_SEED)
    settings = ComposeSettings()
    sequences = [compose(bank, settings, rng) for _ in range(count)]
    fusion = checkpoint.network.fusion
    figures: Figures = {"sequences": len(sequences), "settings": asdict(settings)}
    whole = unroll(fusion, sequences)
    figures["full"] = _full_row(judged(whole))
    figures["only"] = {name: _full_row(judge(fusion, [only(one, name) for one in sequences])) for name in MODALITIES}
    missing = []
    for place, rate in enumerate(MISSING_RATES):
        missing.append({"missing_rate": rate, **_row(judge(fusion, [thinned(one, rate, rng) for one in sequences]))})
        progress("composed sequences", place + 1, len(MISSING_RATES))
    figures["missing"] = missing
    figures["weights"] = weights_under_noise(flat(whole))
    figures["calibration"] = _calibration(checkpoint, flat(whole))
    return figures


def _full_row(found: FusionMetrics) -> Figures:
    return {
        **_row(found),
        "per_class_f1": dict(zip(STATES, found.per_class_f1, strict=True)),
        "accuracy_at_transitions": found.at_transitions,
    }


def _row(found: FusionMetrics) -> Figures:
    return {
        "accuracy": found.accuracy,
        "macro_f1": found.macro_f1,
        "steps": found.steps,
        "answered_share": found.answered_share,
    }


def _calibration(checkpoint: Checkpoint, found: Answers) -> Figures:
    calibrated = probabilities(found.logits, checkpoint.calibration.temperature)
    clear, none = found.clear, found.none
    sure = confidences(found.logits, checkpoint.calibration.temperature)
    stands = sure >= checkpoint.calibration.threshold
    right = calibrated.argmax(1) == found.state
    coverage, risk = risk_coverage(sure[clear], right[clear])
    return {
        "temperature": checkpoint.calibration.temperature,
        "threshold": checkpoint.calibration.threshold,
        "ece": expected_calibration_error(calibrated[clear], found.state[clear]),
        "coverage_of_clear_steps": float(stands[clear].mean()),
        "accuracy_of_covered_steps": float(right[clear & stands].mean()),
        "abstention_on_none_of_these": float((~stands[none]).mean()) if none.any() else float("nan"),
        "risk_at_coverage": {
            f"{share:.0%}": float(risk[np.searchsorted(coverage, share)]) for share in _COVERAGES if risk.size
        },
    }


def _learners(checkpoint: Checkpoint, folder: Path) -> dict[str, EncoderWithHeads[Any]]:
    """Builds each encoder with its auxiliary heads."""
    made = {
        "visual": faces.learner(checkpoint.config),
        "audio": voices.learner(checkpoint.config),
        "text": texts.learner(checkpoint.config),
    }
    load_auxiliary(folder, {name: one.heads for name, one in made.items()})
    for name, one in made.items():
        one.encoder = getattr(checkpoint.network, name)
        one.eval()
    return made
