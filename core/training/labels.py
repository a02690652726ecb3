"""From the labels of the sources to the program's states: the rules that the model card states.

A rule on action units is a rule, not a human label: accuracy on it is never reported as accuracy on emotion.
`NONE` marks samples that show none of the four states; they train the model to be undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.types import STATES

NONE = "none"
CLASSES: tuple[str, ...] = (*STATES, NONE)

EXPRESSIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""The seven human labels of the face images, in the order of the auxiliary head."""

BURSTS_AND_EMODB = (
    "anger",
    "boredom",
    "confusion",
    "contempt",
    "disappointment",
    "disgust",
    "distress",
    "fear",
    "happiness",
    "interest",
    "neutral",
    "realization",
    "sadness",
    "serenity",
    "surprise (positive)",
)
"""Every label of the voice clips, in the order of the auxiliary head."""

GO_EMOTIONS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""GoEmotions' own order, neutral last."""

ActionUnits = Mapping[str, float]

RULES = """\
| class | face (rule on action units, 0 to 1) | voice | words |
|---|---|---|---|
| Confused | AU04 > .55, AU12 < .35, AU25 < .5, AU09 < .4, of neutral, sad, fear, angry | EmoGator confusion | \
GoEmotions confusion without curiosity; SIGHT confusion |
| Curious | surprise with AU04 < .45 | EmoGator interest | GoEmotions curiosity without confusion |
| Bored | AU43 > .25, AU12 < .35, AU25 < .5, AU04 < .5, of neutral, sad | EmoDB boredom | CrowdFlower and MathBuddy \
boredom |
| Frustrated | angry or disgust with AU04 > .45 | EmoGator anger, disappointment; EmoDB anger | GoEmotions annoyance, \
disappointment, anger |
| none of these | neutral or happy with AU04 < .45, AU43 < .2 | EmoGator neutral, serenity; EmoDB neutral | GoEmotions \
neutral alone; CrowdFlower neutral; MathBuddy neutral, engagement |
"""
"""The rules below, for people. A sample for which two rules speak, or none, is no class sample."""

_FACE_RULES: tuple[tuple[str, frozenset[str], Callable[[ActionUnits], bool]], ...] = (
    ("Bored", frozenset({"neutral", "sad"}),
     lambda au: au["AU43"] > 0.25 and au["AU12"] < 0.35 and au["AU25"] < 0.5 and au["AU04"] < 0.5),
    ("Confused", frozenset({"neutral", "sad", "fear", "angry"}),
     lambda au: au["AU04"] > 0.55 and au["AU12"] < 0.35 and au["AU25"] < 0.5 and au["AU09"] < 0.4),
    ("Curious", frozenset({"surprise"}), lambda au: au["AU04"] < 0.45),
    ("Frustrated", frozenset({"angry", "disgust"}), lambda au: au["AU04"] > 0.45),
    (NONE, frozenset({"neutral", "happy"}), lambda au: au["AU04"] < 0.45 and au["AU43"] < 0.2),
)  # fmt: skip


def face_class(expression: str, units: ActionUnits | None) -> str | None:
    """The class of a face image: exactly one rule must speak for it, else None (not used as a class sample)."""
    if not units:
        return None
    found = [name for name, expressions, rule in _FACE_RULES if expression in expressions and rule(units)]
    return found[0] if len(found) == 1 else None


_VOICE_CLASSES = {
    ("emogator", "confusion"): "Confused",
    ("emogator", "interest"): "Curious",
    ("emogator", "anger"): "Frustrated",
    ("emogator", "disappointment"): "Frustrated",
    ("emogator", "neutral"): NONE,
    ("emogator", "serenity"): NONE,
    ("emodb", "boredom"): "Bored",
    ("emodb", "anger"): "Frustrated",
    ("emodb", "neutral"): NONE,
}


def voice_class(source: str, label: str) -> str | None:
    """The class of a voice clip, None if its label belongs to none."""
    return _VOICE_CLASSES.get((source, label))


def text_class(source: str, labels: frozenset[str]) -> str | None:
    """The class of a text, None if its labels belong to none or to several."""
    if source == "goemotions":
        return _go_emotions_class(labels)
    if source == "sight":
        return "Confused" if "confusion" in labels else None
    if source == "crowdflower":
        return "Bored" if "boredom" in labels else NONE if labels == {"neutral"} else None
    if source == "mathbuddy":
        return "Bored" if "boredom" in labels else NONE if labels & {"neutral", "engagement"} else None
    return None


def _go_emotions_class(labels: frozenset[str]) -> str | None:
    found = set()
    if "confusion" in labels:
        found.add("Confused")
    if "curiosity" in labels:
        found.add("Curious")
    if labels & {"annoyance", "disappointment", "anger"}:
        found.add("Frustrated")
    if labels == {"neutral"}:
        found.add(NONE)
    return found.pop() if len(found) == 1 else None
