"""Lists the installed word models and opens the one that the settings select.

A recogniser is fed every sample in order and returns words on the session clock. It belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from core import paths
from core.errors import RecognizerEndedError, SpeechError
from core.settings import SpeechSettings
from core.speech.base import Recognizer
from core.speech.languages import language_name, language_of, region_of
from core.speech.moonshine_model import MODEL, model_folder, reinstall

ACOUSTIC = "am/final.mdl"
"""The file that every word model of Vosk has."""
PULL = "Run 'edu-emotionnet models pull vosk-model-small-en-us-0.15'"
RecognizerKind = Literal["moonshine", "vosk", "pocketsphinx"]
NAMES: dict[RecognizerKind, str] = {"moonshine": "Moonshine", "vosk": "Vosk", "pocketsphinx": "PocketSphinx"}
"""Their names for people, the best first."""


@dataclass(frozen=True, slots=True)
class WordModel:
    """An installed word model and its recogniser. `folder` is None if the model is part of a package."""

    recognizer: RecognizerKind
    name: str
    language: str
    folder: Path | None = None

    @property
    def shown(self) -> str:
        """For people: "Moonshine tiny-en"."""
        return f"{NAMES[self.recognizer]} {self.name.removeprefix('vosk-model-')}"

    @property
    def spoken(self) -> str:
        """Its language for people: "English (US)"."""
        return language_name(self.language, region_of(self.name))


OpenModel = Callable[[WordModel], Recognizer]
Report = Callable[[str], None]
"""Told in one sentence why another recogniser than the best one was opened."""


def available() -> list[WordModel]:
    """Every word model on this machine, the best for English first."""
    found = [
        WordModel("vosk", folder.name, language_of(folder.name), folder)
        for folder in sorted(paths.models().glob("*"))
        if _holds_word_model(folder) and find_spec("vosk")
    ]
    if model_folder():
        found.append(WordModel("moonshine", MODEL, "en"))
    if find_spec("pocketsphinx"):
        found.append(WordModel("pocketsphinx", "en-us", "en"))
    return sorted(found, key=lambda model: (model.language != "en", list(NAMES).index(model.recognizer)))


def unusable() -> list[Path]:
    """Folders among the models that are named like a word model and hold none."""
    named = sorted(folder for folder in paths.models().glob("vosk-model-*") if folder.is_dir())
    return [folder for folder in named if not _holds_word_model(folder)]


def _holds_word_model(folder: Path) -> bool:
    model = folder / ACOUSTIC
    return model.is_file() and model.stat().st_size > 0


def open_in_place(model: WordModel) -> Recognizer:
    """A recogniser on this model, in this process. Raises `SpeechError`."""
    if model.recognizer == "moonshine":
        from core.speech.moonshine import open_moonshine

        return open_moonshine()
    if model.recognizer == "pocketsphinx":
        from core.speech.pocketsphinx import PocketSphinxRecognizer

        return PocketSphinxRecognizer()
    from core.speech.vosk import open_vosk

    assert model.folder is not None
    return open_vosk(model.folder)


def open_recognizer(speech: SpeechSettings, report: Report, open_model: OpenModel = open_in_place) -> Recognizer:
    """The recogniser that the settings select, or with "auto" the best one that opens.

    Raises `SpeechError` with what is installed and what to run.
    """
    best, *others = fitting(speech, available())
    for other in others if speech.recognizer == "auto" else ():
        try:
            return open_model(best)
        except RecognizerEndedError:
            raise
        except SpeechError as error:
            report(f"{error} {other.shown} recognises the words instead.")
            best = other
    return open_model(best)


def choose(speech: SpeechSettings, installed: list[WordModel]) -> WordModel:
    """The best installed model that the settings allow. Raises `SpeechError`."""
    return fitting(speech, installed)[0]


def fitting(speech: SpeechSettings, installed: list[WordModel]) -> list[WordModel]:
    """The installed models that the settings allow, the best first; "auto" allows the English ones.

    Raises `SpeechError` if there is none.
    """
    if speech.recognizer == "off":
        raise SpeechError("Words are switched off. Set speech.recognizer to 'auto' to recognise them.")
    wanted = [model for model in installed if speech.recognizer in ("auto", model.recognizer)]
    if speech.model != "auto":
        wanted = [model for model in wanted if model.name == speech.model]
    elif speech.recognizer == "auto":
        wanted = [model for model in wanted if model.language == "en"]
    if not wanted:
        raise SpeechError(_nothing_fits(speech, installed))
    return wanted


def _nothing_fits(speech: SpeechSettings, installed: list[WordModel]) -> str:
    here = ", ".join(f"{model.recognizer} {model.name}" for model in installed) or "none"
    if speech.model != "auto":
        return (
            f"There is no word model '{speech.model}' for speech.recognizer '{speech.recognizer}' (installed: {here}). "
            f"{PULL} for the pinned one, or set speech.model to 'auto'."
        )
    remedies = {"moonshine": reinstall(), "pocketsphinx": "Install the program again."}
    remedy = remedies.get(speech.recognizer, f"{PULL}.")
    return f"No word model for speech.recognizer '{speech.recognizer}' is installed (installed: {here}). {remedy}"
