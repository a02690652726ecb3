"""Files that every run folder has: the owner of the folder, and the evaluation of its checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.atomic_files import replace_text
from core.errors import DataError
from core.model.checkpoint import DESCRIPTION, describe


def bind(note: Path, owner: dict[str, Any], refusal: str) -> None:
    """Records which run a folder belongs to, so that stages of different runs are not mixed.

    Raises `DataError` with `refusal` if `note` records another run.
    """
    text = json.dumps(owner, indent=1)
    if note.exists() and note.read_text(encoding="utf-8") != text:
        raise DataError(refusal)
    replace_text(note, text, DataError)


def add_evaluation(
    out: Path, checkpoint: Path, metrics: dict[str, Any], write_card: Callable[[Path, dict[str, Any]], None]
) -> None:
    """Writes metrics into the run folder and the checkpoint's description, and writes the model card."""
    replace_text(out / "evaluation.json", json.dumps(metrics, indent=1) + "\n", DataError)
    table = describe(checkpoint)
    table["card"]["metrics"] = metrics
    replace_text(checkpoint / DESCRIPTION, json.dumps(table, indent=1) + "\n", DataError)
    write_card(checkpoint / "MODEL_CARD.md", table)
