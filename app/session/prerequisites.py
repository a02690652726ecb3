"""What a session needs, what is missing, and how to fix it: the lines of the readiness list. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core import paths
from core.settings import ModelSettings

DESCRIPTION = "checkpoint.json"
HEADPHONES = "Headphones are best: then the microphone hears you alone."


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


def words_check(recognizers: Sequence[str], size_mb: float | None, host: str) -> Prerequisite:
    """The recogniser; `size_mb` is the size of the better word model's download, None if it is installed."""
    if size_mb is None:
        return Prerequisite("words", "Words", recognizers[0] if recognizers else "English word model installed", "good")
    offer = f"A better English word model is {size_mb:.0f} MB from {host}."
    if recognizers:
        return Prerequisite(
            "words", "Words", f"{recognizers[0]} is built in, but makes many errors. {offer}", "warn", "Download"
        )
    return Prerequisite("words", "Words", f"No English word model yet. {offer}", "warn", "Download")


def model_problem(model: ModelSettings) -> str:
    """Why the network's weights cannot be used, without reading them; empty if they are found."""
    if model.random_weights:
        return ""
    if model.profile != "compact" and not model.checkpoint:
        return "The paper profile has no trained weights yet. Choose the compact network, or use --random-weights."
    folder = Path(model.checkpoint) if model.checkpoint else paths.assets() / "compact"
    if (folder / DESCRIPTION).is_file():
        return ""
    return f"No weights at {folder}. Run 'edu-emotionnet train' or name another --checkpoint."


def model_check(problem: str) -> Prerequisite:
    """The network's weights; `problem` is empty if they are found."""
    if problem:
        return Prerequisite("model", "Model", problem, "bad", "Settings")
    return Prerequisite("model", "Model", "Weights are on this machine.", "good")
