"""Compares the estimates of composed sequences as tensors with those of `analyze` on the same sequences as recordings.

Four routes to the same estimates, each compared with the first:

1. tensors: windows cut straight from the staged arrays, encoders and fusion on many hops at once, as in training;
2. a lossless file, its transcript, and a face finder with the known box: must agree within `TOLERANCE`;
3. an ordinary file (lossy picture and sound) with the known box: the effect of the codec;
4. the lossless and the ordinary file with the real face detector: the effect of the detector, alone and combined.

The sequences are composed of held-out samples only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.analyzer import Analyzer
from core.analysis.transcript import GivenTranscript, read_words
from core.model.checkpoint import Checkpoint
from core.settings import ModelSettings, Settings
from core.training.encoders.encoder_tasks import class_target
from core.training.fusion.embedding_bank import BAD_TAKES, GOOD_TAKES, EmbeddingBank, ModalityEmbeddings
from core.training.fusion.sequence_composer import ComposedSequence, ComposeSettings, compose
from core.training.live_parity.by_tensors import SteppedOutput, by_tensors
from core.training.live_parity.staged_file import CODECS, Quality, transcript_of, write
from core.training.live_parity.staging import RATE_HZ, KnownFace, StagedRecording, stage
from core.training.pack.data import Chosen, Item, Pack, Progress, places_of
from core.types import MODALITIES, Estimate

TOLERANCE = 1e-3
"""Largest difference of a probability, a weight or the seconds since the last word, tensors against lossless file."""
_NO_WORD_YET = -1.0
"""Stands for the unknown seconds since the last word: far from any known value."""
_SEED = 6

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ParityRoute:
    """A file of one quality, with the known face or the real detector."""

    quality: Quality
    face_known: bool


ROUTES = {
    "lossless_known_face": ParityRoute("lossless", True),
    "codec": ParityRoute("ordinary", True),
    "detector": ParityRoute("lossless", False),
    "codec_and_detector": ParityRoute("ordinary", False),
}


def compare_routes(
    pack: Pack, folder: Path, checkpoint: Checkpoint, sequences: list[ComposedSequence], progress: Progress
) -> Figures:
    """Compares all routes for the checkpoint in `folder` on these sequences of the pack. Raises `MonitorError`."""
    settings = Settings(model=ModelSettings(checkpoint=str(folder), device="cpu"))
    analyzer = Analyzer(settings, lambda _file, _share: None)
    expected: list[SteppedOutput] = []
    found: dict[str, list[SteppedOutput]] = {name: [] for name in ROUTES}
    rng = np.random.default_rng(_SEED)
    with tempfile.TemporaryDirectory() as place:
        for number, sequence in enumerate(sequences):
            staged = stage(sequence, pack, settings.window.hop_s, rng)
            expected.append(by_tensors(staged, checkpoint, settings.window))
            files = {quality: write(staged, Path(place) / f"{number}-{quality}", quality) for quality in CODECS}
            for name, route in ROUTES.items():
                found[name].append(by_file(staged, files[route.quality], analyzer, route.face_known))
            for file in files.values():
                file.unlink()
            progress("staged recordings", number + 1, len(sequences))
    return _report(expected, found, settings.window.hop_s)


def compose_held_out(
    pack: Pack, chosen: Chosen, count: int, settings: ComposeSettings | None = None
) -> list[ComposedSequence]:
    """Composes sequences of the chosen samples. Nothing is encoded: only the placement of the samples matters here."""
    bank = EmbeddingBank(*(_unencoded(items, chosen) for items in (pack.voices, pack.faces, pack.texts)))
    rng = np.random.default_rng(_SEED)
    return [compose(bank, settings or ComposeSettings(), rng) for _ in range(count)]


def _unencoded(items: Sequence[Item], chosen: Chosen) -> ModalityEmbeddings:
    places = places_of(items, lambda item: item.label is not None and chosen(item))
    classes = np.array([class_target(items[place].label) for place in places], dtype=np.int64)
    return ModalityEmbeddings(np.zeros((len(places), GOOD_TAKES + BAD_TAKES, 1), dtype=np.float16), classes, places)


def by_file(staged: StagedRecording, file: Path, analyzer: Analyzer, face_known: bool) -> SteppedOutput:
    """Analyses the file, with its transcript, as `analyze` does."""
    transcript = transcript_of(file)
    words = GivenTranscript(transcript, read_words(transcript) if staged.words else ())
    made = analyzer.play(file, words, KnownFace(staged) if face_known else None).made
    return _stepped_output(made[: len(staged.faces)])


def _stepped_output(made: list[Estimate]) -> SteppedOutput:
    return SteppedOutput(
        np.stack([one.probabilities for one in made]),
        np.stack([one.weights for one in made]),
        np.array([[one.presence[modality].present for modality in MODALITIES] for one in made]),
        np.array([one.since_word_s for one in made], np.float32),
    )


def _report(expected: list[SteppedOutput], found: dict[str, list[SteppedOutput]], hop_s: float) -> Figures:
    by_route = {name: _compared(_joined(expected), _joined(outputs)) for name, outputs in found.items()}
    same = by_route["lossless_known_face"]
    within = max(same[name]["max"] for name in ("probabilities", "weights", "since_word_s")) <= TOLERANCE
    return {
        "sequences": len(expected),
        "steps": sum(len(outputs.present) for outputs in expected),
        "hop_s": hop_s,
        "pictures_hz": RATE_HZ,
        "codecs": {quality: {"picture": made[1], "sound": made[3]} for quality, made in CODECS.items()},
        "tolerance": TOLERANCE,
        "same_within_tolerance": bool(within and same["presence_agreement"] == 1.0),
        "against_tensors": by_route,
    }


def _joined(outputs: list[SteppedOutput]) -> SteppedOutput:
    return SteppedOutput(
        np.concatenate([one.probabilities for one in outputs]),
        np.concatenate([one.weights for one in outputs]),
        np.concatenate([one.present for one in outputs]),
        np.concatenate([one.since_word_s for one in outputs]),
    )


def _compared(one: SteppedOutput, other: SteppedOutput) -> Figures:
    """Agreement over all steps; differences where both routes have input, and where both have the same modalities."""
    agree = one.present == other.present
    both = one.present.any(1) & other.present.any(1)
    leading = one.probabilities[both].argmax(1) == other.probabilities[both].argmax(1)
    return {
        "presence_agreement": float(agree.mean()),
        "presence_agreement_by_modality": dict(zip(MODALITIES, agree.mean(0).tolist(), strict=True)),
        "leading_state_agreement": float(leading.mean()) if leading.size else float("nan"),
        "probabilities": _differences(one.probabilities[both], other.probabilities[both]),
        "weights": _differences(one.weights[both], other.weights[both]),
        "since_word_s": _differences(
            *(np.nan_to_num(output.since_word_s, nan=_NO_WORD_YET) for output in (one, other))
        ),
        "probabilities_where_presence_agrees": _differences(
            one.probabilities[both & agree.all(1)], other.probabilities[both & agree.all(1)]
        ),
    }


def _differences(one: NDArray[np.float32], other: NDArray[np.float32]) -> dict[str, float]:
    differences = np.abs(one - other)
    return {
        "max": float(differences.max()) if differences.size else float("nan"),
        "mean": float(differences.mean()) if differences.size else float("nan"),
    }
