"""Lists the installed word models and opens the one that the settings select.

A recogniser is fed every sample in order and returns words on the session clock. It belongs to one thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from core import paths
from core.errors import SpeechError
from core.settings import SpeechSettings
from core.speech.base import Recognizer

PULL = "Run 'edu-emotionnet models pull vosk-model-small-en-us-0.15'"


@dataclass(frozen=True, slots=True)
class WordModel:
    """An installed word model and its recogniser. `folder` is None if the model is part of a package."""

    recognizer: Literal["vosk", "pocketsphinx"]
    name: str
    language: str
    folder: Path | None = None


def available() -> list[WordModel]:
    """Every word model on this machine, the best for English first."""
    found = [
        WordModel("vosk", folder.name, language_of(folder.name), folder)
        for folder in sorted(paths.models().glob("*"))
        if (folder / "am" / "final.mdl").is_file() and find_spec("vosk")
    ]
    if find_spec("pocketsphinx"):
        found.append(WordModel("pocketsphinx", "en-us", "en"))
    return sorted(found, key=lambda model: (model.language != "en", model.recognizer != "vosk"))


def language_of(model_name: str) -> str:
    """Two-letter language of a Vosk model's name, such as "en" of "vosk-model-small-en-us-0.15"; else empty."""
    parts = [part for part in model_name.removeprefix("vosk-model-").split("-") if part != "small"]
    return parts[0] if parts and len(parts[0]) == 2 else ""


def open_recognizer(speech: SpeechSettings) -> Recognizer:
    """The recogniser that the settings select. Raises `SpeechError` with what is installed and what to run."""
    chosen = choose(speech, available())
    if chosen.recognizer == "pocketsphinx":
        from core.speech.pocketsphinx import PocketSphinxRecognizer

        return PocketSphinxRecognizer()
    from core.speech.vosk import open_vosk

    assert chosen.folder is not None
    return open_vosk(chosen.folder)


def choose(speech: SpeechSettings, installed: list[WordModel]) -> WordModel:
    """The installed model that the settings select; "auto" is English Vosk, else PocketSphinx. Raises `SpeechError`."""
    if speech.recognizer == "off":
        raise SpeechError("Words are switched off. Set speech.recognizer to 'auto' to recognise them.")
    wanted = [model for model in installed if speech.recognizer in ("auto", model.recognizer)]
    if speech.model != "auto":
        wanted = [model for model in wanted if model.name == speech.model]
    elif speech.recognizer == "auto":
        wanted = [model for model in wanted if model.language == "en"]
    if not wanted:
        raise SpeechError(_nothing_fits(speech, installed))
    return wanted[0]


def _nothing_fits(speech: SpeechSettings, installed: list[WordModel]) -> str:
    here = ", ".join(f"{model.recognizer} {model.name}" for model in installed) or "none"
    if speech.model != "auto":
        return (
            f"There is no word model '{speech.model}' for speech.recognizer '{speech.recognizer}' (installed: {here}). "
            f"{PULL} for the pinned one, or set speech.model to 'auto'."
        )
    return f"No word model for speech.recognizer '{speech.recognizer}' is installed (installed: {here}). {PULL}."
