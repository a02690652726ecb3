"""Dictate training texts to Moonshine and write the statistics of its errors to assets/word_errors.json.

Run by hand when the recogniser changes: `python packaging/make_word_errors.py PACK CACHE.json`. PACK is a data pack,
CACHE.json keeps the dictation, so that an interrupted one goes on. The result holds counts of words, no sentence.
`edu-emotionnet evaluate` draws its recognition errors from it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from core import paths
from core.training.encoders.asr_error_model import SHIPPED, open_error_model
from core.training.pack.data import read_pack


def main(pack_folder: Path, cache_file: Path) -> None:
    """Write the table."""
    pack = read_pack(pack_folder, paths.cache() / "packs", show)
    model = open_error_model(pack, cache_file, show)
    file = paths.assets() / SHIPPED
    file.write_text(json.dumps(model.to_json(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{file}: {model.rates()}")


def show(what: str, done: int, total: int) -> None:
    """Print a report of progress."""
    print(f"{what}: {done} of {total}", flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
