"""Evaluates each encoder by itself on single samples; human labels and labels by rule are kept apart.

Every metric has a 95 % interval over identities, and is given for all sources and for each. A linear probe measures
how much of the source the encoder keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.errors import DataError
from core.features.audio import waveform
from core.features.face_pixels import pixels
from core.features.settings import FeatureSettings
from core.features.tokens import WordTokens, as_spoken
from core.training.encoders.asr_error_model import AsrErrorModel
from core.training.encoders.encoder_tasks import IGNORE, EncoderWithHeads, class_target
from core.training.encoders.probe import probe_sources
from core.training.encoders.sklearn_support import installed
from core.training.encoders.texts import pad
from core.training.encoders.voices import TRIPLE
from core.training.metrics.intervals import by_source, scores
from core.training.metrics.metrics import per_class_f1
from core.training.pack import augment
from core.training.pack.data import Chosen, Item, Pack, Progress, places_of
from core.training.pack.labels import BURSTS_AND_EMODB, EXPRESSIONS
from core.types import STATES

Figures = dict[str, Any]
Labels = NDArray[np.int64]
Found = dict[str, NDArray[np.float32]]
"""An encoder's vectors (n, d) as "vector", and the logits (n, size) of each of its heads."""
WORD_ERROR_RATES = (0.1, 0.2, 0.3)
"""Shares of wrong words at which texts are evaluated: read speech has less than the first, conversation the second."""
_SEED = 41
_PIECE = 64
_PROBED = 1500
"""Samples per source in the probe at most."""


def face_figures(
    pack: Pack, chosen: Chosen, encoder: EncoderWithHeads[nn.Module], features: FeatureSettings, progress: Progress
) -> Figures:
    """Seven human-labelled expressions, and the four classes by action-unit rule (a rule, not a label)."""
    places = places_of(pack.faces, chosen)

    def inputs(piece: Labels) -> tuple[Tensor, ...]:
        crops = np.stack([pixels(augment.rgb(pack.pictures[place]), features) for place in piece])
        return torch.from_numpy(crops)[:, None], torch.ones(len(piece), 1, dtype=torch.bool)

    found = _run(encoder, places, inputs, "evaluating faces", progress)
    items = _at(pack.faces, places)
    truth = np.array([EXPRESSIONS.index(item.expression) for item in items])
    return {
        "seven_expressions_human_labelled": _figures(truth, found["expression"].argmax(1), EXPRESSIONS, items),
        "four_states_by_rule": _four(found["classes"], items),
    }


def voice_figures(pack: Pack, chosen: Chosen, encoder: EncoderWithHeads[nn.Module], progress: Progress) -> Figures:
    """Speech-only metrics, bursts and acted sentences apart."""
    places = places_of(pack.voices, chosen)
    found = _run(encoder, places, _voice_inputs(pack), "evaluating voices", progress)
    items = _at(pack.voices, places)
    truth = np.array([BURSTS_AND_EMODB.index(item.burst) for item in items])
    guess = found["bursts"].argmax(1)
    sentences = np.array([item.source == "emodb" for item in items], dtype=bool)
    columns = [BURSTS_AND_EMODB.index(name) for name in TRIPLE]
    triple = np.isin(truth, columns) & ~sentences

    def part(chosen: NDArray[np.bool_]) -> list[Any]:
        return [item for item, kept in zip(items, chosen, strict=True) if kept]

    return {
        "bursts": _figures(truth[~sentences], guess[~sentences], BURSTS_AND_EMODB, part(~sentences)),
        "acted_sentences": _figures(truth[sentences], guess[sentences], BURSTS_AND_EMODB, part(sentences)),
        "confusion_interest_anger": _figures(
            np.searchsorted(sorted(columns), truth[triple]),
            found["bursts"][triple][:, sorted(columns)].argmax(1),
            [BURSTS_AND_EMODB[column] for column in sorted(columns)],
            part(triple),
        ),
        "four_states": _four(found["classes"], items),
    }


def text_figures(
    pack: Pack,
    chosen: Chosen,
    encoder: EncoderWithHeads[nn.Module],
    tokens: WordTokens,
    error_model: AsrErrorModel,
    progress: Progress,
) -> Figures:
    """The four states, on texts as written, as a recogniser without errors writes them, and as the real one does."""
    places = places_of(pack.texts, lambda item: item.label in STATES and chosen(item))
    items = _at(pack.texts, places)

    def figures(change: Callable[[str], str]) -> Figures:
        found = _run(encoder, places, _text_inputs(pack, tokens, change), "evaluating texts", progress)
        return _four(found["classes"], items)

    def recognized(rate: float) -> Callable[[str], str]:
        rng = np.random.default_rng(_SEED)
        return lambda text: error_model.with_errors(as_spoken(text), rng, rate)

    return {
        "as_written": figures(str),
        "as_spoken": figures(as_spoken),
        "as_recognized": {
            "recognizer": error_model.recognizer,
            "by_word_error_rate": {f"{rate:g}": figures(recognized(rate)) for rate in WORD_ERROR_RATES},
        },
    }


def source_probes(
    pack: Pack, chosen: Chosen, encoders: dict[str, EncoderWithHeads[nn.Module]], tokens: WordTokens, progress: Progress
) -> Figures:
    """How well the encoder's vector predicts the source of a sample. Faces have one source only.

    The probe needs scikit-learn; if that is not installed, the result states this instead.
    """
    if not installed():
        return {"left_out": "scikit-learn is not installed. Install it with: pip install scikit-learn threadpoolctl"}
    voices = _some_of_each_source(pack.voices, chosen)
    texts = _some_of_each_source(pack.texts, chosen)
    audio_vectors = _run(encoders["audio"], voices, _voice_inputs(pack), "probing voices", progress)["vector"]
    text_vectors = _run(encoders["text"], texts, _text_inputs(pack, tokens, as_spoken), "probing texts", progress)[
        "vector"
    ]
    return {
        "visual": "one source, nothing to tell apart",
        "audio": _probe(audio_vectors, _at(pack.voices, voices)),
        "text": _probe(text_vectors, _at(pack.texts, texts)),
    }


def _probe(vectors: NDArray[np.float32], items: list[Any]) -> Figures:
    sources, groups = [item.source for item in items], [item.identity for item in items]
    return probe_sources(vectors, sources, groups, [item.label for item in items]).to_json()


def _some_of_each_source(items: Sequence[Any], chosen: Chosen) -> Labels:
    rng = np.random.default_rng(3)
    places = places_of(items, chosen)
    sources = np.array([items[place].source for place in places])
    chosen_places = [rng.permutation(places[sources == name])[:_PROBED] for name in np.unique(sources)]
    return np.sort(np.concatenate(chosen_places)) if chosen_places else places


def _voice_inputs(pack: Pack) -> Callable[[Labels], tuple[Tensor, ...]]:
    return lambda piece: (torch.from_numpy(np.stack([waveform(pack.samples(place)) for place in piece])),)


def _text_inputs(
    pack: Pack, tokens: WordTokens, change: Callable[[str], str]
) -> Callable[[Labels], tuple[Tensor, ...]]:
    return lambda piece: pad([tokens.of_text(change(pack.texts[place].text)) for place in piece])


def _at(items: Sequence[Item], places: Labels) -> list[Any]:
    return [items[place] for place in places]


def _run(
    encoder: EncoderWithHeads[nn.Module],
    places: Labels,
    inputs: Callable[[Labels], tuple[Tensor, ...]],
    what: str,
    progress: Progress,
) -> Found:
    """Vectors and logits of all samples; float32, as in live."""
    if places.size == 0:
        raise DataError(f"The pack has nothing for {what}. It needs labelled faces, voices and texts.")
    parts: dict[str, list[NDArray[np.float32]]] = {}
    with torch.inference_mode():
        for start in range(0, len(places), _PIECE):
            vector = encoder.encoder(*inputs(places[start : start + _PIECE]))
            for name, values in {"vector": vector, **encoder.heads(vector)}.items():
                parts.setdefault(name, []).append(values.float().numpy())
            progress(what, min(start + _PIECE, len(places)), len(places))
    return {name: np.concatenate(values) for name, values in parts.items()}


def _four(logits: NDArray[np.float32], items: list[Any]) -> Figures:
    """Metrics among the four states, over the samples that show one."""
    targets = np.array([class_target(item.label) for item in items], dtype=np.int64)
    shown = (targets != IGNORE) & (targets < len(STATES))
    kept = [item for item, there in zip(items, shown, strict=True) if there]
    return _figures(targets[shown], logits[shown][:, : len(STATES)].argmax(1), STATES, kept)


def _figures(truth: Labels, guess: Labels, names: Sequence[str], items: list[Any]) -> Figures:
    """Scores with intervals, F1 of each class that occurs, and the same by source if there are several."""
    each, there = per_class_f1(truth, guess, len(names)), set(truth.tolist())
    groups = [item.identity for item in items]
    figures: Figures = scores(truth, guess, groups, len(names)).to_json()
    figures["per_class_f1"] = {
        name: score for place, (name, score) in enumerate(zip(names, each, strict=True)) if place in there
    }
    sources = [getattr(item, "source", "faces") for item in items]
    if len(set(sources)) > 1:
        split = by_source(truth, guess, groups, sources, len(names))
        figures["by_source"] = {name: found.to_json() for name, found in split.items()}
    return figures
