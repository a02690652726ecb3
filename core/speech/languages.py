"""Languages of word models and of the model's text encoder: their names for people, and whether one can be read.

A word model's language is a two-letter code (ISO 639-1), or empty if the model's name does not say it. Vosk's models
are named by language, "vosk-model-small-en-us-0.15"; some of its codes are those of a country.
"""

from __future__ import annotations

from collections.abc import Sequence

LANGUAGES = {
    "ar": "Arabic",
    "br": "Breton",
    "ca": "Catalan",
    "cs": "Czech",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "eo": "Esperanto",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "ko": "Korean",
    "ky": "Kyrgyz",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "te": "Telugu",
    "tg": "Tajik",
    "tl": "Filipino",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Those that Vosk's published models recognise."""
_VOSK_CODES = {"cn": "zh", "kz": "kk", "vn": "vi"}
_REGIONS = {"gb": "UK", "in": "India", "tn": "Tunisia", "us": "US"}


def language_of(model_name: str) -> str:
    """The language of a word model: "en" of "vosk-model-small-en-us-0.15"; empty if its name does not say it."""
    code = _parts(model_name)[0]
    code = _VOSK_CODES.get(code, code)
    return code if code in LANGUAGES else ""


def region_of(model_name: str) -> str:
    """The region of a word model's language, for people: "US" of "vosk-model-small-en-us-0.15"; mostly empty."""
    return _REGIONS.get(_parts(model_name)[1], "")


def language_name(code: str, region: str = "") -> str:
    """A language for people: "Korean", "English (US)"; one that is not in the table is named by its code."""
    name = LANGUAGES.get(code, code or "unknown language")
    return f"{name} ({region})" if region else name


def unused_words(language: str | None, known: Sequence[str]) -> str:
    """Why words in a language are shown and not used, in a sentence; empty if the model knows the language.

    `language` is None for words that come without one, as a transcript's: they count as a known one.
    """
    if language is None or language in known:
        return ""
    if language:
        return f"{language_name(language)} words are shown, but not used: {knows_only(known)}."
    return f"The word model's name does not say its language. Its words are shown, but not used: {knows_only(known)}."


def knows_only(known: Sequence[str]) -> str:
    """What the model's text encoder can read: "the model knows English only"."""
    return f"the model knows {' and '.join(map(language_name, known))} only"


def _parts(model_name: str) -> tuple[str, str]:
    """The two parts of a name that can be a language and a region."""
    parts = [part for part in model_name.removeprefix("vosk-model-").split("-") if part != "small"]
    first, second, *_ = (*parts, "", "")
    return first, second
