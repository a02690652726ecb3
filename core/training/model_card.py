"""The model card: training data, results and limits of a checkpoint, written from its own JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.model.checkpoint import WEIGHTS
from core.training.pack.data import Item, Pack
from core.training.pack.labels import CLASSES, rules_table
from core.training.pack.splits import SPLITS

FIRST_RECOGNIZER = "PocketSphinx en-us"
"""Whose errors checkpoints learned from that do not say it."""

_HEAD = """# Model card: Edu-EmotionNet, {profile} profile

Weights `{short}` (SHA-256 `{sha256}`), written by `edu-emotionnet train`.

**What it is.** A reconstruction of Edu-EmotionNet (arXiv 2510.08802), of which only the abstract, the figure captions
and the beginning of a lemma could be read. It estimates how a learner's expressions may be interpreted as *Confused,
Curious, Bored* or *Frustrated*, from face, voice and words, and how much weight each of the three has. It can be
wrong.

**What it is not.** Not a measurement of what somebody feels. Not validated on real learners. Not fit for decisions
about people. The EU AI Act, Art. 5(1)(f), prohibits inferring emotions in education and at work, except for medical or
safety reasons.

## Data

No aligned corpus of learners is public. Single samples of one class each were **composed** into sequences; identities
(speaker, image, wording) never cross the splits. Composition makes the modalities independent given the
state, so fusion looks better here than it would on real people.

{rules}
So that the encoders do not learn to infer the class from the source, every source goes through the same crops, rooms,
codecs and noise; EmoDB's other sentences are training examples of not bored, SIGHT comments without confusion of not
confused, MathBuddy's engaged turns of not bored. How much of the source the encoders still keep is measured below.

Samples that show a class, by split (`train` is for the encoders, `fuse` for the fusion, `val` for temperature and
threshold, `test` is used only at the end of a run. The recipe itself, however, was fixed after results on `test` were
known: the final face epochs were added because faces were just below their target there, and its results were known
when the formula of the confidence was chosen):

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

Two thirds of the training texts were as spoken, with errors as {recognizer} makes them in 0 to 30 % of their words.

"None of these" (neutral, happy, serene …) has a uniform training target, so that the program can abstain.

## What it reaches

On {identities}. One checkpoint of one seed; single-sample figures have 95 % intervals over identities (bootstrap) in
brackets. An identity is a speaker, an image or a wording: the sources of faces and texts do not identify people, so
one person may be in two splits there. Composed sequences are evaluated on the steps that show one state (no conflict,
none of "none of these") and at which any modality is present; "answered" is the share of such steps.

"""

_LIMITS = """
## What it cannot do

- Nothing here shows how well it works on a real learner: the sequences are composed, faces are posed or web
  photographs, voices are acted bursts and German sentences, words are mostly comments and tweets.
- The four states of a *face* are rules on action units, not human labels; those figures are agreement with a rule.
- Public data has few bored voices ({boredom} clips of acted German sentences in total), and few bored words.
- No figure per group of people (age, skin, sex, culture, disability) could be computed, because the sources do not
  state these. Expect it to be unequal.
- English words only; children were not deliberately included, and must not be assessed with it.
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
        rules=rules_table(),
        counts=_count_table(card["data"]["counts"]),
        identities=figures["identities"],
        recognizer=card.get("word_errors_of", FIRST_RECOGNIZER),
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
        ("words, four states, as spoken, no word wrong", unimodal["text"]["as_spoken"]),
        ("- TF-IDF + logistic regression", simple.get("tf_idf_as_spoken")),
        *_recognized(unimodal["text"].get("as_recognized")),
    ]
    lines = ["| one modality, single samples | samples | identities | accuracy | macro-F1 |", "|---|---|---|---|---|"]
    lines += [_scores(name, row) for name, row in rows if row]
    return "\n".join([*lines, "", "Lines with a dash are simple models on the same samples and splits.", ""])


def _recognized(found: dict[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    """Rows with a recogniser's errors; cards written before there were any have none."""
    if found is None:
        return []
    return [
        (f"words, four states, {float(rate):.0%} of the words wrong as {found['recognizer']} gets them wrong", row)
        for rate, row in found["by_word_error_rate"].items()
    ]


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
        return f"{decimals(figure['value'])} (too few identities for an interval)"
    return f"{decimals(figure['value'])} ({decimals(figure['low'])} to {decimals(figure['high'])})"


def _probe(probes: dict[str, Any]) -> str:
    if "left_out" in probes:
        return f"No source probe: {probes['left_out']}\n"
    lines = [
        "| source probe (linear, on vectors of samples not trained on) | balanced accuracy | chance |",
        "|---|---|---|",
    ]
    for name in ("audio", "text"):
        probe = probes[name]
        for where, found in (("all", probe["overall"]), *probe["within_class"].items()):
            if found["balanced_accuracy"]:
                row = f"{_interval(found['balanced_accuracy'])} | {decimals(found['chance'])}"
                lines.append(f"| {name}, {where}: {', '.join(found['samples'])} | {row} |")
    return "\n".join(
        [
            *lines,
            "",
            "Well above chance within one class means that the encoder reveals the source of a sample. "
            "Faces have one source.",
            "",
        ]
    )


def _composed(composed: dict[str, Any]) -> str:
    lines = ["| composed sequences, four states | answered | accuracy | macro-F1 |", "|---|---|---|---|"]
    lines.append(metrics_row("all modalities as composed", composed["full"]))
    lines += [metrics_row(f"only {name}", row) for name, row in composed["only"].items()]
    lines += [
        metrics_row(f"{row['missing_rate']:.0%} more of every modality missing", row) for row in composed["missing"][1:]
    ]
    each = ", ".join(f"{name} {decimals(score)}" for name, score in composed["full"]["per_class_f1"].items())
    noise = ", ".join(
        f"{name} {decimals(row['clean'])} → {decimals(row['noisy'])}" for name, row in composed["weights"].items()
    )
    lines += [
        "",
        f"F1 by state: {each}. Accuracy within 2 s of a change of state: "
        f"{decimals(composed['full']['accuracy_at_transitions'])}.",
        "",
        f"Mean weight of a modality outside and inside its noise episodes: {noise}.",
        "",
    ]
    return "\n".join(lines)


def _calibration(composed: dict[str, Any]) -> str:
    found = composed["calibration"]
    risks = ", ".join(f"{decimals(risk)} at {share}" for share, risk in found["risk_at_coverage"].items())
    return "\n".join(
        [
            f"Calibration: temperature {found['temperature']:.2f}, expected calibration error {found['ece']:.3f} "
            f"(of the clear steps). "
            f"Below a confidence (evidence x root of the leading probability) of {found['threshold']:.2f} it abstains: "
            f"it keeps {percent(found['coverage_of_clear_steps'])} of the clear steps (of which "
            f"{percent(found['accuracy_of_covered_steps'])} are right) and abstains on "
            f'{percent(found["abstention_on_none_of_these"])} of the "none of these" steps. Share of wrong answers by '
            f"share of steps answered: {risks}.",
            "",
        ]
    )


def metrics_row(name: str, row: dict[str, Any]) -> str:
    """A table row: the share of answered steps, accuracy and macro-F1."""
    return f"| {name} | {percent(row['answered_share'])} | {decimals(row['accuracy'])} | {decimals(row['macro_f1'])} |"


def decimals(value: float | None) -> str:
    """Formats a number with two decimals; a dash for None."""
    return "–" if value is None else f"{value:.2f}"


def percent(value: float | None) -> str:
    """Formats a share in percent; a dash for None."""
    return "–" if value is None else f"{value:.0%}"
