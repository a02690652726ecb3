"""The model card: training data, results and limits of a checkpoint, written from its own JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.model.checkpoint import WEIGHTS
from core.training.pack.data import Item, Pack
from core.training.pack.labels import CLASSES, rules_for_people
from core.training.pack.splits import SPLITS

_HEAD = """# Model card: Edu-EmotionNet, {profile} profile

Weights `{short}` (SHA-256 `{sha256}`), written by `edu-emotionnet train`.

**What it is.** A reconstruction of Edu-EmotionNet (arXiv 2510.08802), of which only the abstract, the figure captions
and the beginning of a lemma could be read. It estimates how a learner's expressions may be read as *Confused, Curious,
Bored* or *Frustrated*, from face, voice and words, and how much each of the three counted. It can be wrong.

**What it is not.** Not a measurement of what somebody feels. Not validated on real learners. Not fit for decisions
about people. The EU AI Act, Art. 5(1)(f), prohibits inferring emotions in education and at work, save for medical or
safety reasons.

## Data

No aligned corpus of learners is public. Single samples of one class each were **composed** into sequences; identities
(speaker, image, wording) never cross the splits. Composition makes the modalities independent given the
state, so fusion looks better here than it would on real people.

{rules}
So that "source" does not come to mean "class", every source goes through the same crops, rooms, codecs and noise;
EmoDB's other sentences are taught as not bored, SIGHT comments without confusion as not confused, MathBuddy's
engaged turns as not bored. How much of the source the encoders keep all the same is measured below.

Samples that show a class, by split (`train` taught the encoders, `fuse` the fusion, `val` chose temperature and
threshold, `test` is looked at only at the end of a run; but the recipe itself was settled after looks at it: faces were
polished because they fell just short there, and it was in view when the formula of the confidence was chosen):

{counts}

| source | used for | licence as its publisher states it |
|---|---|---|
| FER2013 training images | seven expressions (human labels), states by rule | web photographs, statements conflict |
| py-feat action-unit tables | the rules | CC0 |
| EmoGator vocal bursts | voice | Apache-2.0 |
| EmoDB (Berlin) | voice, boredom among it | CC BY 4.0 |
| GoEmotions | words | Apache-2.0 |
| SIGHT lecture comments | words (machine labels) | MIT |
| MathBuddy pupil turns | words | CC BY-SA 4.0 |
| CrowdFlower tweets | words (boredom, neutral) | "data for everyone", no licence text |
| all-MiniLM-L6-v2 | initial weights of the text encoder | Apache-2.0 |

"None of these" (neutral, happy, serene …) was taught as *undecided*, so that the program can abstain.

## What it reaches

On {identities}. One checkpoint of one seed; behind single-sample figures, in brackets, 95 % intervals over identities
(bootstrap). An identity is a speaker, an image or a wording: the sources of faces and texts do not say who is who, so
one person may be in two splits there. Composed sequences are judged on the steps that show one state (no conflict, none
of "none of these") and at which any modality is present; "answered" is the share of such steps.

"""

_LIMITS = """
## What it cannot do

- Nothing here says how well it reads a real learner: the sequences are composed, faces are posed or web photographs,
  voices are acted bursts and German sentences, words are mostly comments and tweets.
- The four states of a *face* are rules on action units, not human labels; those figures are agreement with a rule.
- Boredom has hardly a voice in public data ({boredom} clips of acted German sentences in all), and few words.
- No figure per group of people (age, skin, sex, culture, disability) could be computed: the sources do not say.
  Expect it to be unequal.
- English words only; children were not in the data on purpose and must not be assessed with it.
"""


def class_counts(pack: Pack) -> dict[str, dict[str, dict[str, int]]]:
    """Samples by kind, class and split."""
    kinds: dict[str, Sequence[Item]] = {"faces": pack.faces, "voices": pack.voices, "texts": pack.texts}
    return {
        kind: {
            name: dict(Counter(item.split for item in items if item.label == name).most_common()) for name in CLASSES
        }
        for kind, items in kinds.items()
    }


def write_card(path: Path, table: dict[str, Any]) -> None:
    """Writes the card of a checkpoint from its description table."""
    card, figures = table["card"], table["card"]["metrics"]
    head = _HEAD.format(
        profile=table["profile"],
        short=table["sha256"][WEIGHTS][:8],
        sha256=table["sha256"][WEIGHTS],
        rules=rules_for_people(),
        counts=_count_table(card["data"]["counts"]),
        identities=figures["identities"],
    )
    boredom = sum(card["data"]["counts"]["voices"]["Bored"].values())
    path.write_text(head + _tables(figures) + _LIMITS.format(boredom=boredom), encoding="utf-8")


def _count_table(counts: dict[str, dict[str, dict[str, int]]]) -> str:
    lines = [f"| samples | {' | '.join(CLASSES)} |", "|---|" + "---|" * len(CLASSES)]
    for kind, classes in counts.items():
        for split in SPLITS:
            row = " | ".join(str(classes[name].get(split, 0)) for name in CLASSES)
            lines.append(f"| {kind}, {split} | {row} |")
    return "\n".join(lines)


def _tables(figures: dict[str, Any]) -> str:
    parts = [_single_samples(figures["unimodal"], figures.get("simple_models", {})), _sources(figures["unimodal"])]
    parts += [_probe(figures["source_probe"]), _composed(figures["composed"]), _calibration(figures["composed"])]
    return "\n".join(parts)


def _single_samples(unimodal: dict[str, Any], simple: dict[str, Any]) -> str:
    rows = [
        ("face, seven expressions (human labels)", unimodal["visual"]["seven_expressions_human_labelled"]),
        ("- HOG + logistic regression", simple.get("hog_and_regression")),
        ("face, four states by rule", unimodal["visual"]["four_states_by_rule"]),
        ("voice, 12 kinds of burst", unimodal["audio"]["bursts"]),
        ("voice, confusion / interest / anger bursts", unimodal["audio"]["confusion_interest_anger"]),
        ("- MFCC, pitch + gradient boosting", simple.get("mfcc_and_boosting")),
        ("voice, acted German sentences", unimodal["audio"]["acted_sentences"]),
        ("voice, four states", unimodal["audio"]["four_states"]),
        ("words, four states, as written", unimodal["text"]["as_written"]),
        ("- TF-IDF + logistic regression", simple.get("tf_idf_as_written")),
        ("words, four states, as spoken", unimodal["text"]["as_spoken"]),
        ("- TF-IDF + logistic regression", simple.get("tf_idf_as_spoken")),
    ]
    lines = ["| one modality, single samples | samples | identities | accuracy | macro-F1 |", "|---|---|---|---|---|"]
    lines += [_scores(name, row) for name, row in rows if row]
    return "\n".join([*lines, "", "Lines with a dash are simple models on the same samples and splits.", ""])


def _sources(unimodal: dict[str, Any]) -> str:
    lines = ["| by source | samples | identities | accuracy |", "|---|---|---|---|"]
    for name, row in (("voice", unimodal["audio"]["four_states"]), ("words", unimodal["text"]["as_spoken"])):
        found = row.get("by_source", {})
        lines += [
            f"| {name}, four states, {source} | {row['samples']} | {row['identities']} | {_interval(row['accuracy'])} |"
            for source, row in found.items()
        ]
    return "\n".join([*lines, "", "Few sources have all four states.", ""])


def _scores(name: str, row: dict[str, Any]) -> str:
    return (
        f"| {name} | {row['samples']} | {row['identities']} | {_interval(row['accuracy'])} "
        f"| {_interval(row['macro_f1'])} |"
    )


def _interval(figure: dict[str, float | None]) -> str:
    if figure["low"] is None:
        return f"{_two(figure['value'])} (too few identities for an interval)"
    return f"{_two(figure['value'])} ({_two(figure['low'])} to {_two(figure['high'])})"


def _probe(probes: dict[str, Any]) -> str:
    if "left_out" in probes:
        return f"No source probe: {probes['left_out']}\n"
    lines = ["| source probe (linear, of vectors not taught on) | balanced accuracy | chance |", "|---|---|---|"]
    for name in ("audio", "text"):
        probe = probes[name]
        for where, found in (("all", probe["overall"]), *probe["within_class"].items()):
            if found["balanced_accuracy"]:
                row = f"{_interval(found['balanced_accuracy'])} | {_two(found['chance'])}"
                lines.append(f"| {name}, {where}: {', '.join(found['samples'])} | {row} |")
    return "\n".join(
        [
            *lines,
            "",
            "Well above chance within one class: the encoder sees where a sample comes from. Faces have one source.",
            "",
        ]
    )


def _composed(composed: dict[str, Any]) -> str:
    lines = ["| composed sequences, four states | answered | accuracy | macro-F1 |", "|---|---|---|---|"]
    lines.append(_row("all modalities as they come", composed["full"]))
    lines += [_row(f"only {name}", row) for name, row in composed["only"].items()]
    lines += [_row(f"{row['missing_rate']:.0%} more of every modality missing", row) for row in composed["missing"][1:]]
    each = ", ".join(f"{name} {_two(score)}" for name, score in composed["full"]["per_class_f1"].items())
    noise = ", ".join(
        f"{name} {_two(row['clean'])} → {_two(row['noisy'])}" for name, row in composed["weights"].items()
    )
    lines += [
        "",
        f"F1 by state: {each}. Accuracy within 2 s of a change of state: "
        f"{_two(composed['full']['accuracy_at_transitions'])}.",
        "",
        f"Mean weight of a modality outside and inside its own noise episodes: {noise}.",
        "",
    ]
    return "\n".join(lines)


def _calibration(composed: dict[str, Any]) -> str:
    found = composed["calibration"]
    risks = ", ".join(f"{_two(risk)} at {share}" for share, risk in found["risk_at_coverage"].items())
    return "\n".join(
        [
            f"Calibration: temperature {found['temperature']:.2f}, expected calibration error {found['ece']:.3f} "
            f"(of the clear steps). "
            f"Below a confidence (evidence x root of the leading probability) of {found['threshold']:.2f} it abstains: "
            f"it keeps {_percent(found['coverage_of_clear_steps'])} of the clear steps (of which "
            f"{_percent(found['accuracy_of_covered_steps'])} are right) and abstains on "
            f'{_percent(found["abstention_on_none_of_these"])} of the "none of these" steps. Share of wrong answers by '
            f"share of steps answered: {risks}.",
            "",
        ]
    )


def _row(name: str, row: dict[str, Any]) -> str:
    return f"| {name} | {_percent(row['answered_share'])} | {_two(row['accuracy'])} | {_two(row['macro_f1'])} |"


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
