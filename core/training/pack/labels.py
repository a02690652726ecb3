"""Rules from the labels of the sources to the program's states, as stated in the model card.

A rule on action units is a rule, not a human label: accuracy on it is never reported as accuracy on emotion.
`NONE` marks samples that show none of the four states; they train the model to be undecided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
"""All labels of the voice clips, in the order of the auxiliary head."""

GO_EMOTIONS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""GoEmotions' own order, neutral last."""

ActionUnits = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class FaceRule:
    """Assigns a class from a human-labelled expression and measured action units (0 to 1); all bounds must hold."""

    label: str
    expressions: tuple[str, ...]
    above: Mapping[str, float] = field(default_factory=dict)
    below: Mapping[str, float] = field(default_factory=dict)

    def applies_to(self, expression: str, units: ActionUnits) -> bool:
        """Whether an image fulfils the rule."""
        return (
            expression in self.expressions
            and all(units[name] > bound for name, bound in self.above.items())
            and all(units[name] < bound for name, bound in self.below.items())
        )

    def to_text(self) -> str:
        """Formats the rule for readers: "angry, disgust with AU04 > 0.45"."""
        bounds = [f"{name} > {bound:g}" for name, bound in self.above.items()]
        bounds += [f"{name} < {bound:g}" for name, bound in self.below.items()]
        return f"{', '.join(self.expressions)} with {', '.join(bounds)}"


FACE_RULES = (
    FaceRule(
        "Confused",
        ("neutral", "sad", "fear", "angry"),
        above={"AU04": 0.55},
        below={"AU12": 0.35, "AU25": 0.5, "AU09": 0.4},
    ),
    FaceRule("Curious", ("surprise",), below={"AU04": 0.45}),
    FaceRule("Bored", ("neutral", "sad"), above={"AU43": 0.25}, below={"AU12": 0.35, "AU25": 0.5, "AU04": 0.5}),
    FaceRule("Frustrated", ("angry", "disgust"), above={"AU04": 0.45}),
    FaceRule(NONE, ("neutral", "happy"), below={"AU04": 0.45, "AU43": 0.2}),
)

_VOICE_AND_WORDS = {
    "Confused": ("EmoGator confusion", "GoEmotions confusion without curiosity; SIGHT confusion"),
    "Curious": ("EmoGator interest", "GoEmotions curiosity without confusion"),
    "Bored": ("EmoDB boredom", "CrowdFlower and MathBuddy boredom"),
    "Frustrated": (
        "EmoGator anger, disappointment; EmoDB anger",
        "GoEmotions annoyance, disappointment, anger",
    ),
    NONE: (
        "EmoGator neutral, serenity; EmoDB neutral",
        "GoEmotions neutral alone; CrowdFlower neutral; MathBuddy neutral, engagement",
    ),
}


def rules_table() -> str:
    """The rules as a Markdown table. A sample that fulfils no rule, or two, has no class."""
    lines = ["| class | face (rule on expression and action units) | voice | words |", "|---|---|---|---|"]
    for rule in FACE_RULES:
        name = "none of these" if rule.label == NONE else rule.label
        lines.append(f"| {name} | {rule.to_text()} | {' | '.join(_VOICE_AND_WORDS[rule.label])} |")
    return "\n".join(lines) + "\n"


def face_class(expression: str, units: ActionUnits | None) -> str | None:
    """The class of a face image if exactly one rule applies, else None."""
    if not units:
        return None
    found = [rule.label for rule in FACE_RULES if rule.applies_to(expression, units)]
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
    """The class of a voice clip, None if its label has no class."""
    return _VOICE_CLASSES.get((source, label))


def voice_excluded(source: str, label: str) -> str | None:
    """The class that a clip certainly does not show: the other sentences of EmoDB's actors are not bored.

    Without such counter-examples "German sentence" would be enough to predict boredom.
    """
    return "Bored" if source == "emodb" and label != "boredom" else None


def text_excluded(source: str, labels: frozenset[str]) -> str | None:
    """The class that a text certainly does not show: lecture comments without confusion, pupils who take part."""
    if source == "sight" and "confusion" not in labels:
        return "Confused"
    return "Bored" if source == "mathbuddy" and "boredom" not in labels else None


def text_class(source: str, labels: frozenset[str]) -> str | None:
    """The class of a text, None if its labels have no class or several."""
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
