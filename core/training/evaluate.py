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
from core.training.encoders.asr_error_model import shipped_error_model
from core.training.encoders.encoder_tasks import EncoderWithHeads
from core.training.encoders.unimodal import Figures, face_figures, source_probes, text_figures, voice_figures
from core.training.fusion.calibrate import calibration_metrics, confidences, probabilities, risk_coverage
from core.training.fusion.embedding_bank import EmbeddingBank, TrainedEncoders, make_bank
from core.training.fusion.evaluation import (
    MISSING_RATES,
    FusionMetrics,
    PresentSteps,
    evaluate_fusion,
    flatten,
    fusion_metrics,
    only,
    thinned,
    unroll,
    weights_under_noise,
)
from core.training.fusion.sequence_composer import ComposeSettings, compose
from core.training.live_parity.routes import compare_routes, compose_held_out
from core.training.metrics.metrics import without_nan
from core.training.pack.data import Chosen, Pack, Progress, read_pack
from core.types import STATES

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
        figures["live_parity"] = _live_parity(pack, checkpoint_folder, staged, progress)
    written: Figures = without_nan(figures)
    replace_text(report, json.dumps(written, indent=1) + "\n", DataError)
    return written


def _live_parity(pack: Pack, folder: Path, count: int, progress: Progress) -> Figures:
    checkpoint = load(folder)
    chosen = held_out(pack, checkpoint)
    return compare_routes(pack, folder, checkpoint, compose_held_out(pack, chosen, count), progress)


def was_trained_on(pack: Pack, checkpoint: Checkpoint) -> bool:
    """Whether the checkpoint was trained on this pack."""
    return bool(checkpoint.card.get("data", {}).get("fingerprint") == pack.fingerprint)


def held_out(pack: Pack, checkpoint: Checkpoint) -> Chosen:
    """Selects the test identities of the training pack, or everything of another pack."""
    return (lambda item: item.split == "test") if was_trained_on(pack, checkpoint) else (lambda item: True)


def evaluate(pack: Pack, folder: Path, progress: Progress, sequences: int = SEQUENCES) -> Figures:
    """Computes all metrics of the checkpoint in `folder` on a pack, with the saved weights that live also loads.

    A pack counts as the training pack if its tables are byte-identical; a changed copy does not.
    """
    try:
        checkpoint = load(folder)
        with_heads = _encoders_with_heads(checkpoint, folder)
    except CheckpointError as error:
        raise ModelError(str(error)) from error
    seen_in_training = was_trained_on(pack, checkpoint)
    chosen = held_out(pack, checkpoint)
    not_trained_on: Chosen = (lambda item: item.split != "train") if seen_in_training else chosen
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
            "visual": face_figures(pack, chosen, with_heads["visual"], features, progress),
            "audio": voice_figures(pack, chosen, with_heads["audio"], progress),
            "text": text_figures(pack, chosen, with_heads["text"], tokens, shipped_error_model(), progress),
        },
        "source_probe": source_probes(pack, not_trained_on, with_heads, tokens, progress),
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
    figures["full"] = _full_row(fusion_metrics(whole))
    figures["only"] = {
        name: _full_row(evaluate_fusion(fusion, [only(one, name) for one in sequences])) for name in MODALITIES
    }
    missing = []
    for place, rate in enumerate(MISSING_RATES):
        missing.append(
            {"missing_rate": rate, **_row(evaluate_fusion(fusion, [thinned(one, rate, rng) for one in sequences]))}
        )
        progress("composed sequences", place + 1, len(MISSING_RATES))
    figures["missing"] = missing
    figures["weights"] = weights_under_noise(flatten(whole))
    figures["calibration"] = _calibration(checkpoint, flatten(whole))
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


def _calibration(checkpoint: Checkpoint, steps: PresentSteps) -> Figures:
    found = calibration_metrics(steps, checkpoint.calibration)
    temperature, clear = checkpoint.calibration.temperature, steps.clear
    correct = probabilities(steps.logits, temperature).argmax(1) == steps.state
    coverage, risk = risk_coverage(confidences(steps.logits, temperature)[clear], correct[clear])
    return found | {
        "risk_at_coverage": {
            f"{share:.0%}": float(risk[np.searchsorted(coverage, share)]) for share in _COVERAGES if risk.size
        },
    }


def _encoders_with_heads(checkpoint: Checkpoint, folder: Path) -> dict[str, EncoderWithHeads[Any]]:
    """Builds each encoder with its auxiliary heads."""
    made = {
        "visual": faces.build_encoder(checkpoint.config),
        "audio": voices.build_encoder(checkpoint.config),
        "text": texts.build_encoder(checkpoint.config),
    }
    load_auxiliary(folder, {name: one.heads for name, one in made.items()})
    for name, one in made.items():
        one.encoder = getattr(checkpoint.network, name)
        one.eval()
    return made
