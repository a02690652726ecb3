"""What the screen says of a word of the transcript: its text, its marks in words, and why it is marked. No Qt."""

from __future__ import annotations

from core.types import Reason, TranscriptWord, Word

NOT_SAID = "[not said]"
UNSURE = 0.4
"""Below this confidence of the recogniser, a final word is marked as doubtful."""
_DOUBTS = {Reason.LIPS_STILL: "Your lips were still: it may not be yours."}


def shown(word: TranscriptWord) -> str:
    """The text on the screen."""
    return word.text or NOT_SAID


def may_be_corrected(word: Word) -> bool:
    """Whether it is final and the learner's."""
    return word.final and not word.by_computer


def is_doubtful(word: TranscriptWord) -> bool:
    """Whether it may be wrong, or somebody else's, and nobody corrected it."""
    heard = word.heard
    unsure = heard.doubt is not None or heard.confidence < UNSURE
    return unsure and word.by_hand is None and may_be_corrected(heard)


def explanation(word: TranscriptWord, action: str) -> str:
    """Why a word is marked, in sentences; `action` says how to correct it."""
    heard = word.heard
    if heard.by_computer:
        return "The computer played this. It is not stored and does not count."
    if not heard.final:
        return "This may still change."
    said = []
    if word.by_hand is not None:
        said.append(f"Corrected by you. Heard: “{heard.text}”.")
    elif heard.doubt is not None:
        said.append(_DOUBTS.get(heard.doubt, f"In doubt: {heard.doubt.value}."))
    elif heard.confidence < UNSURE:
        said.append(f"The recogniser was not sure ({heard.confidence * 100:.0f} %).")
    return " ".join((*said, action))


def spoken(word: TranscriptWord) -> str:
    """The word for a screen reader: its text with its marks in words."""
    if word.heard.by_computer:
        return f"{word.text} (the computer)"
    if is_doubtful(word):
        return f"{word.text} (in doubt)"
    return shown(word)
