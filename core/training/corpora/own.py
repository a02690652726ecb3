"""The user's own recordings, labelled in a table: any media files, and one `labels.csv` beside them.

    labels.csv      file,start_s,end_s,state,participant[,text]
                    kim/tuesday.mp4,12.5,31,Confused,kim

`file` is relative to the folder. `state` is one of the four, or none (none of them was felt). Times are
seconds from the file's beginning; an empty `end_s` means to the end. `participant` is any word that is the same for the
same person: parts never share one. `text` is a transcript, if there is one; else the recogniser is used.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from core.errors import DataError
from core.training.corpora.clip import BAD_ROW, MISSING, Clip, Corpus, number, sub_folder, table_rows

TABLE = "labels.csv"


def read(folder: Path) -> Corpus:
    """Reads all usable rows whose file exists. Raises `DataError`."""
    table = sub_folder(folder) / TABLE
    if not table.is_file():
        raise DataError(f"{folder} holds no {TABLE}. Make it: file,start_s,end_s,state,participant, one row a stretch.")
    left_out: Counter[str] = Counter()
    clips = []
    for line, row in enumerate(table_rows(table, "file", "start_s", "end_s", "state", "participant"), start=2):
        clip = _clip(folder, line, row)
        if clip is None:
            left_out[BAD_ROW] += 1
        elif not clip.media.is_file():
            left_out[MISSING] += 1
        else:
            clips.append(clip)
    return Corpus("own", tuple(clips), left_out)


def _clip(folder: Path, line: int, row: dict[str, str]) -> Clip | None:
    start_s, end_s = number(row.get("start_s") or "0"), number(row.get("end_s"))
    usable = row.get("file") and row.get("state") and row.get("participant")
    if not usable or start_s is None or start_s < 0 or (row.get("end_s") and (end_s is None or end_s <= start_s)):
        return None
    name = f"{line:05d}-{Path(row['file']).stem}"
    words = row.get("text") or None
    return Clip(name, folder / row["file"], row["participant"], row["state"].lower(), start_s, end_s, words=words)
