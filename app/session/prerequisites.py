"""What a session needs, what is missing, and how to fix it: the lines of the readiness list. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core import paths
from core.features.settings import languages_of
from core.settings import ModelSettings
from core.speech.languages import unused_words

if TYPE_CHECKING:
    from core.speech.select_recognizer import WordModel

DESCRIPTION = "checkpoint.json"
HEADPHONES = "They are best: then only you are heard."


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One line of the readiness list. `action` is the label of the button that fixes it; None if none is needed."""

    topic: str
    title: str
    text: str
    mood: str
    action: str | None = None


def device_check(
    kind: str, names: Sequence[str] | None, chosen: str, *, problem: str = "", has_news: bool = True
) -> Prerequisite:
    """Camera or microphone; `names` is None until devices are listed.

    `problem` is why they cannot be listed; `has_news` is whether a device appears as soon as it is connected.
    """
    title = kind.capitalize()
    if chosen == "off":
        return Prerequisite(kind, title, "Switched off.", "quiet", "Choose")
    if names is None or problem:
        return Prerequisite(kind, title, problem or "Looking …", "warn" if problem else "quiet")
    if chosen not in ("", "auto") and chosen not in names:
        if kind == "camera" and ("://" in chosen or chosen.isdigit()):
            return Prerequisite(kind, title, chosen, "good", "Choose")
        return Prerequisite(
            kind, title, f"“{chosen}” is not connected. It will be used as soon as it is.", "warn", "Choose"
        )
    if not names:
        rest = "voice and words still work" if kind == "camera" else "the picture still works"
        connect = "Connect one and it appears here" if has_news else "Connect one, then open this page again"
        return Prerequisite(kind, title, f"None found. {connect}; without it, {rest}.", "warn")
    return Prerequisite(kind, title, chosen if chosen in names else names[0], "good", "Choose")


def headphones_advice() -> Prerequisite:
    """What is best, and not asked for."""
    return Prerequisite("loudspeaker", "Headphones", HEADPHONES, "quiet")


def words_check(model: WordModel | None, problem: str, known: Sequence[str], offer: str) -> Prerequisite:
    """The recogniser that the settings choose, or the problem why there is none.

    `known` are the languages that the network knows; `offer` is the download of a word model, empty if none is offered.
    """
    if model is None:
        return Prerequisite("words", "Words", f"{problem} {offer}".rstrip(), "warn", "Download" if offer else None)
    name = f"{model.shown}, {model.spoken}"
    if unused := unused_words(model.language, known):
        return Prerequisite("words", "Words", f"{name}. {unused} Choose another recogniser in Settings.", "warn")
    if model.recognizer == "pocketsphinx" and offer:
        return Prerequisite("words", "Words", f"{name}, makes many errors. {offer}", "warn", "Download")
    return Prerequisite("words", "Words", name, "good")


def model_languages(model: ModelSettings) -> tuple[str, ...]:
    """The languages that the network's text encoder knows, without reading its weights."""
    return languages_of(_weights(model) / DESCRIPTION)


def model_problem(model: ModelSettings) -> str:
    """Why the network's weights cannot be used, without reading them; empty if they are found."""
    if model.random_weights:
        return ""
    if model.profile != "compact" and not model.checkpoint:
        return "The paper profile has no trained weights yet. Choose the compact network, or use --random-weights."
    folder = _weights(model)
    if (folder / DESCRIPTION).is_file():
        return ""
    return f"No weights at {folder}. Run 'edu-emotionnet train' or name another --checkpoint."


def _weights(model: ModelSettings) -> Path:
    return Path(model.checkpoint) if model.checkpoint else paths.assets() / "compact"


def model_check(problem: str) -> Prerequisite:
    """The network's weights; `problem` is empty if they are found."""
    if problem:
        return Prerequisite("model", "Model", problem, "bad", "Settings")
    return Prerequisite("model", "Model", "Weights are on this machine.", "good")
