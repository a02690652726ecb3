"""DAiSEE (Gupta et al. 2016): ten-second pictures of people who watch lessons, four states at four levels each.

    DataSet/{Train,Validation,Test}/<person>/<clip>/<clip>.avi
    Labels/{Train,Validation,Test}Labels.csv      ClipID,Boredom,Engagement,Confusion,Frustration␠
    Labels/AllLabels.csv                          the same for all, used where a part's own table is missing

Checked against public code that reads the release: the paths, the levels 0 to 3, and that the last column's name ends
in a space in the publisher's tables. The release is meant to be used as pictures only; its sound is not used. Some
labelled clips are missing from every copy. The official parts are used as long as no person is in two of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.errors import DataError
from core.training.corpora.clip import BAD_ROW, MISSING, Clip, Corpus, Part, is_hidden, number, sub_folder, table_rows

_FOLDERS: tuple[tuple[Part, str], ...] = (("train", "Train"), ("val", "Validation"), ("test", "Test"))
_STATES = ("Boredom", "Confusion", "Frustration")
_COLUMNS = ("ClipID", "Boredom", "Engagement", "Confusion", "Frustration")
_HIGH = 2
"""Level (of 0 to 3: very low, low, high, very high) from which a state counts as shown."""


def read(folder: Path) -> Corpus:
    """Reads all labelled clips that exist. Raises `DataError`."""
    base = sub_folder(folder, "DAiSEE")
    tables = base / "Labels"
    if not any(tables.glob("*Labels.csv")):
        raise DataError(f"{folder} is no copy of DAiSEE: Labels holds no TrainLabels.csv or AllLabels.csv.")
    media = _media(base / "DataSet")
    left_out: Counter[str] = Counter()
    clips = {clip.id: clip for table in _tables(tables) for clip in _clips(table, media, left_out)}
    return Corpus("daisee", tuple(clips.values()), left_out)


def clear_state(levels: dict[str, float]) -> str:
    """The one state that is high and higher than the others; "engagement" if no other is above 0; else "mixed"."""
    first, second = sorted((levels[name] for name in _STATES), reverse=True)[:2]
    if first >= _HIGH and first > second:
        return max(_STATES, key=levels.__getitem__).lower()
    return "engagement" if first == 0 and levels["Engagement"] >= _HIGH else "mixed"


def _tables(folder: Path) -> list[Path]:
    """The tables of the parts; the common table only if one of them is missing, because it repeats every clip."""
    parts = [folder / f"{name}Labels.csv" for _, name in _FOLDERS]
    found = [table for table in parts if table.is_file()]
    return found if len(found) == len(parts) or not (folder / "AllLabels.csv").is_file() else [folder / "AllLabels.csv"]


def _media(folder: Path) -> dict[str, tuple[Part, str, Path]]:
    """{clip: (part, person, file)} of the clips that exist."""
    return {
        file.stem: (part, file.parent.parent.name, file)
        for part, name in _FOLDERS
        for file in sorted((folder / name).glob("*/*/*"))
        if file.suffix.lower() in (".avi", ".mp4") and not is_hidden(file)
    }


def _clips(table: Path, media: dict[str, tuple[Part, str, Path]], left_out: Counter[str]) -> Iterator[Clip]:
    for row in table_rows(table, *_COLUMNS):
        levels = {name: number(row.get(name)) for name in _COLUMNS[1:]}
        known = {name: level for name, level in levels.items() if level is not None and 0 <= level <= 3}
        name = Path(row.get("ClipID", "")).stem
        if len(known) < len(levels) or not name:
            left_out[BAD_ROW] += 1
            continue
        if name not in media:
            left_out[MISSING] += 1
            continue
        part, person, file = media[name]
        yield Clip(name, file, person, clear_state(known), silent=True, part=part)
