"""Moonshine's model: where its package keeps it, and whether it is the one that was measured."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from core import paths
from core.errors import SpeechError

PACKAGE = "moonshine_voice"
MODEL = "tiny-en"
SHA256 = {
    "encoder_model.ort": "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
    "decoder_model_merged.ort": "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    "tokenizer.bin": "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
}
"""The model of release 0.0.73, file by file."""


def reinstall() -> str:
    """The sentence that says how to get the package again; a bundle has it inside, and no pip."""
    if paths.is_bundle():
        return "Install the program again."
    return "Run 'pip install --force-reinstall moonshine-voice==0.0.73'."


def model_folder() -> Path | None:
    """The model's folder in the installed package; None without the package, or with a release that carries none."""
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "assets" / MODEL if spec and spec.origin else None
    return folder if folder and folder.is_dir() else None


def library_folder(model: Path) -> Path:
    """The folder of the package's library."""
    return model.parents[1]


def check_model(model: Path) -> None:
    """Raises `SpeechError` if a file of the model is missing or is another one."""
    for name, sha256 in SHA256.items():
        try:
            with (model / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise SpeechError(f"{model / name}, a part of the word model, cannot be read. {reinstall()}") from error
        if found != sha256:
            raise SpeechError(
                f"{model / name}, a part of the word model, is damaged or of another release. {reinstall()}"
            )
