"""MELD (Poria et al. 2019): utterances of a television series, one clip and one label each.

    train_sent_emo.csv, dev_sent_emo.csv, test_sent_emo.csv
        Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime
    train_splits/dia0_utt0.mp4    dev_splits_complete/…    output_repeated_splits_test/…

Checked against the publisher's repository (the tables are in it) and public code that reads the videos. Known faults
of the release, each handled in public code: texts hold Windows' typographic characters as control characters; in the
test folder, files named final_videos_testdia…_utt….mp4 replace those of the plain name; a few files are missing or
broken; archives hold `._` files.

The official parts share their main speakers, so they are not used: parts are made by speaker. Lines of several speakers
at once are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.errors import DataError
from core.training.corpora.clip import BAD_ROW, MISSING, Clip, Corpus, Part, sub_folder, table_rows

_TABLES: tuple[tuple[Part, str, tuple[str, ...]], ...] = (
    ("train", "train_sent_emo.csv", ("train_splits", "train")),
    ("val", "dev_sent_emo.csv", ("dev_splits_complete", "dev")),
    ("test", "test_sent_emo.csv", ("output_repeated_splits_test", "test")),
)
_COLUMNS = ("Utterance", "Speaker", "Emotion", "Dialogue_ID", "Utterance_ID")
_SEVERAL = re.compile(r" and |,|/|&|\b(all|both|everyone|everybody|together)\b", re.IGNORECASE)


def read(folder: Path) -> Corpus:
    """Reads all utterances of one speaker whose clip exists. Raises `DataError`."""
    base = sub_folder(folder, "MELD.Raw", "MELD")
    tables = [(part, base / table, folders) for part, table, folders in _TABLES if (base / table).is_file()]
    if not tables:
        raise DataError(f"{folder} is no copy of MELD: none of {', '.join(name for _, name, _ in _TABLES)} is there.")
    left_out: Counter[str] = Counter()
    clips = [clip for part, table, folders in tables for clip in _part(base, part, table, folders, left_out)]
    return Corpus("meld", tuple(clips), left_out)


def repair_text(text: str) -> str:
    """Restores the intended typographic characters: "he\\x92s" and "heâ€™s" → "he’s"."""
    if "â€" in text:
        try:
            text = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
    return re.sub("[\x80-\x9f]", lambda found: found[0].encode("latin-1").decode("cp1252", errors="replace"), text)


def _part(base: Path, part: Part, table: Path, folders: tuple[str, ...], left_out: Counter[str]) -> Iterator[Clip]:
    videos = next((base / name for name in folders if (base / name).is_dir()), base / folders[0])
    for row in table_rows(table, *_COLUMNS):
        dialogue, utterance = row.get("Dialogue_ID", ""), row.get("Utterance_ID", "")
        if not (dialogue.isdigit() and utterance.isdigit() and row.get("Speaker") and row.get("Emotion")):
            left_out[BAD_ROW] += 1
            continue
        if _SEVERAL.search(row["Speaker"]):
            left_out["of several speakers at once"] += 1
            continue
        name = f"dia{dialogue}_utt{utterance}.mp4"
        media = next((file for file in (videos / f"final_videos_test{name}", videos / name) if file.is_file()), None)
        if media is None:
            left_out[MISSING] += 1
            continue
        yield Clip(
            id=f"{part}/{name.removesuffix('.mp4')}",
            media=media,
            identity=repair_text(row["Speaker"]),
            label=row["Emotion"].lower(),
            words=repair_text(row["Utterance"]),
            part=part,
        )
