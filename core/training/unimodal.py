"""What each encoder is worth by itself, on single samples: human labels and labels by rule kept apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.errors import DataError
from core.features.picture import pixels
from core.features.settings import FeatureSettings
from core.features.voice import waveform
from core.features.words import WordTokens, as_spoken
from core.training import augment
from core.training.bank import Chosen
from core.training.data import Item, Pack, Progress, places_of
from core.training.labels import BURSTS_AND_EMODB, EXPRESSIONS
from core.training.learners import IGNORE, Learner, class_target
from core.training.metrics import accuracy, macro_f1, per_class_f1
from core.training.texts import pad
from core.training.voices import TRIPLE
from core.types import STATES

Figures = dict[str, Any]
Labels = NDArray[np.int64]
Logits = dict[str, NDArray[np.float32]]
_PIECE = 64


def face_figures(
    pack: Pack, chosen: Chosen, learner: Learner[nn.Module], features: FeatureSettings, progress: Progress
) -> Figures:
    """Seven human-labelled expressions, and the four classes by action-unit rule (a rule, not a label)."""
    places = places_of(pack.faces, chosen)

    def logits(piece: Labels) -> dict[str, Tensor]:
        crops = np.stack([pixels(augment.rgb(pack.pictures[place]), features) for place in piece])
        return learner.logits(torch.from_numpy(crops)[:, None], torch.ones(len(piece), 1, dtype=torch.bool))

    found = _run(places, logits, "judging faces", progress)
    truth = np.array([EXPRESSIONS.index(pack.faces[place].expression) for place in places])
    return {
        "seven_expressions_human_labelled": _figures(truth, found["expression"].argmax(1), EXPRESSIONS),
        "four_states_by_rule": _four(_targets(pack.faces, places), found["classes"]),
    }


def voice_figures(pack: Pack, chosen: Chosen, learner: Learner[nn.Module], progress: Progress) -> Figures:
    """Speech-only figures, bursts and acted sentences apart."""
    places = places_of(pack.voices, chosen)

    def logits(piece: Labels) -> dict[str, Tensor]:
        clips = [waveform(pack.samples(place)) for place in piece]
        return learner.logits(torch.from_numpy(np.stack(clips)))

    found = _run(places, logits, "judging voices", progress)
    truth = np.array([BURSTS_AND_EMODB.index(pack.voices[place].burst) for place in places])
    guess = found["bursts"].argmax(1)
    sentences = np.array([pack.voices[place].source == "emodb" for place in places], dtype=bool)
    columns = [BURSTS_AND_EMODB.index(name) for name in TRIPLE]
    of_triple = np.isin(truth, columns) & ~sentences
    guessed_triple = np.array(columns)[found["bursts"][of_triple][:, columns].argmax(1)]
    return {
        "bursts": _figures(truth[~sentences], guess[~sentences], BURSTS_AND_EMODB),
        "acted_sentences": _figures(truth[sentences], guess[sentences], BURSTS_AND_EMODB),
        "confusion_interest_anger_accuracy": accuracy(truth[of_triple], guessed_triple),
        "four_states": _four(_targets(pack.voices, places), found["classes"]),
    }


def text_figures(
    pack: Pack, chosen: Chosen, learner: Learner[nn.Module], tokens: WordTokens, progress: Progress
) -> Figures:
    """The four states, as written and as a recogniser would write."""
    places = places_of(pack.texts, lambda item: item.label in STATES and chosen(item))
    targets = _targets(pack.texts, places)

    def figures(change: Callable[[str], str]) -> Figures:
        def logits(piece: Labels) -> dict[str, Tensor]:
            return learner.logits(*pad([tokens.of_text(change(pack.texts[place].text)) for place in piece]))

        return _four(targets, _run(places, logits, "judging texts", progress)["classes"])

    return {"as_written": figures(str), "as_spoken": figures(as_spoken)}


def _targets(items: Sequence[Item], places: Labels) -> Labels:
    return np.array([class_target(items[place].label) for place in places], dtype=np.int64)


def _run(places: Labels, logits: Callable[[Labels], dict[str, Tensor]], what: str, progress: Progress) -> Logits:
    """Named logits of all places, (n, size) each; float32, as live computes them."""
    if places.size == 0:
        raise DataError(f"The pack has nothing for {what}. It needs labelled faces, voices and texts.")
    parts: dict[str, list[NDArray[np.float32]]] = {}
    with torch.inference_mode():
        for start in range(0, len(places), _PIECE):
            for name, values in logits(places[start : start + _PIECE]).items():
                parts.setdefault(name, []).append(values.numpy())
            progress(what, min(start + _PIECE, len(places)), len(places))
    return {name: np.concatenate(values) for name, values in parts.items()}


def _four(targets: Labels, logits: NDArray[np.float32]) -> Figures:
    """Figures among the four states, over the samples that show one."""
    shown = (targets != IGNORE) & (targets < len(STATES))
    return _figures(targets[shown], logits[shown][:, : len(STATES)].argmax(1), STATES)


def _figures(truth: Labels, guess: Labels, names: Sequence[str]) -> Figures:
    scores = per_class_f1(truth, guess, len(names))
    there = set(truth.tolist())
    return {
        "samples": int(truth.size),
        "accuracy": accuracy(truth, guess),
        "macro_f1": macro_f1(truth, guess, len(names)),
        "per_class_f1": {
            name: score for place, (name, score) in enumerate(zip(names, scores, strict=True)) if place in there
        },
    }
