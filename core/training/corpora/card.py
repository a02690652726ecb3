"""The model card of a checkpoint that was trained on a corpus, from the checkpoint's own JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.atomic_files import replace_text
from core.errors import DataError
from core.model.checkpoint import WEIGHTS
from core.training.corpora.clip import PARTS
from core.training.model_card import decimals, metrics_row, percent
from core.training.pack.labels import CLASSES

_HEAD = """# Model card: Edu-EmotionNet, {profile} profile, trained on {corpus}

Weights `{short}` (SHA-256 `{sha256}`), written by `edu-emotionnet train --corpus {corpus}`.

**What it is.** A reconstruction of Edu-EmotionNet (arXiv 2510.08802), of which only the abstract, the figure captions
and the beginning of a lemma could be read. It estimates how expressions may be interpreted as *Confused, Curious,
Bored* or *Frustrated*. It can be wrong.

**What it is not.** Not a measurement of what somebody feels, and not fit for decisions about people. The EU AI Act,
Art. 5(1)(f), prohibits inferring emotions in education and at work, except for medical or safety reasons. The
corpus's licence may restrict what this checkpoint may be used for and whether it may be passed on.

## Data

{corpus}, {how}; the encoders were {encoders}. {missing}{left_out}

| clips | people | {classes} |
|---|---|{rules}|
{rows}

## What it reaches

On the people of the test part, who are in no other part. Hops that show one of the four states and at which anything
was present; "answered" is the share of such hops.

| what is present | answered | accuracy | macro-F1 |
|---|---|---|---|
"""


def write_card(path: Path, table: dict[str, Any]) -> None:
    """Writes the card of a checkpoint from its description table."""
    card = table["card"]
    data, made = card["data"], card["metrics"]
    lacking, lost = ", ".join(data["missing_states"]), sum(data["left_out"].values())
    head = _HEAD.format(
        profile=table["profile"],
        corpus=data["corpus"],
        short=table["sha256"][WEIGHTS][:8],
        sha256=table["sha256"][WEIGHTS],
        how=data["parted"],
        encoders="fine-tuned in their last layers" if card["recipe"]["fine_tune"] else "frozen",
        missing=f"No clip shows {lacking}: its output for that is not trained here. " if lacking else "",
        left_out=f"{lost} labelled clips were left out." if lost else "",
        classes=" | ".join(CLASSES),
        rules="|".join("---" for _ in CLASSES),
        rows="\n".join(_count_row(part, data) for part in PARTS),
    )
    replace_text(path, head + _rows(made) + _rest(made), DataError)


def _count_row(part: str, data: dict[str, Any]) -> str:
    clips = data["clips"][part]
    return f"| {part} | {data['people'][part]} | {' | '.join(str(clips[name]) for name in CLASSES)} |"


def _rows(made: dict[str, Any]) -> str:
    lines = [metrics_row("all as recorded", made["full"])]
    lines += [metrics_row(f"only {name}", row) for name, row in made["only"].items()]
    lines += [metrics_row(f"{row['missing_rate']:.0%} more of each missing", row) for row in made["missing"][1:]]
    return "\n".join(lines) + "\n"


def _rest(made: dict[str, Any]) -> str:
    full, calibration = made["full"], made["calibration"]
    each = ", ".join(f"{name} {decimals(score)}" for name, score in full["per_class_f1"].items())
    return (
        f"\nF1 by state: {each}. One prediction per clip ({full['by_clip']['clips']} clips): accuracy "
        f"{decimals(full['by_clip']['accuracy'])}, macro-F1 {decimals(full['by_clip']['macro_f1'])}.\n\n"
        f"Calibration: expected calibration error {decimals(calibration['ece'])}; it keeps "
        f"{percent(calibration['coverage_of_shown_steps'])} of the hops that show a state and abstains on "
        f'{percent(calibration["abstention_on_none_of_these"])} of the "none of these" ones.\n\n'
        "A single run of one seed. No figure per group of people was computed.\n"
    )
