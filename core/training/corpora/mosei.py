"""CMU-MOSEI (Zadeh et al. 2018), the raw release: opinion videos from the web, labelled by segment.

    Raw/
        Videos/Full/Combined/<video>.mp4                   or Videos/Segmented/Combined/<video>_<clip>.mp4
        Transcript/Segmented/Combined/<video>.txt          <video>___<clip>___<start>___<end>___<text>
        Labels/*.csv                                       one row for each annotator of a segment

The label tables (5000_batch_raw.csv, Batch_…_batch_results.csv, pom_extra_sqa_mono_results.csv and others) are exports
of a crowd-work platform: Input.VIDEO_ID, Input.CLIP and Answer.happiness … Answer.surprise, each 0 to 3. A segment's
intensity is the mean over its rows. Checked against public code that reads the raw release (paths, the transcript's
five fields, the columns); not on a copy: whether every table of a release has these columns. Tables without them are
ignored.

There is no speaker's name: the video counts as the person, although some people made several. The standard folds are
in the publisher's software and not in the release, so parts are made by video.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from core.errors import DataError
from core.training.corpora.clip import (
    BAD_ROW,
    MISSING,
    Clip,
    Corpus,
    decoded,
    is_hidden,
    number,
    sub_folder,
    table_rows,
)

EMOTIONS = ("happiness", "sadness", "anger", "fear", "disgust", "surprise")
_KEYS = ("Input.VIDEO_ID", "Input.CLIP")
_CLEAR = 1.0
"""Mean intensity (0 to 3) from which an emotion counts as shown: "weakly" by every annotator."""

Segment = tuple[str, str]


def read(folder: Path) -> Corpus:
    """Reads all labelled segments whose video exists. Raises `DataError`."""
    raw = sub_folder(folder, "Raw")
    left_out: Counter[str] = Counter()
    labels = _labels(raw / "Labels", left_out)
    if not labels:
        raise DataError(f"{folder} is no raw copy of CMU-MOSEI: no table in Labels has the columns of its annotators.")
    texts = sorted((raw / "Transcript" / "Segmented" / "Combined").glob("*.txt"))
    clips = [clip for text in texts if not is_hidden(text) for clip in _video(raw, text, labels, left_out)]
    return Corpus("mosei", tuple(clips), left_out)


def dominant(intensities: dict[str, float]) -> str:
    """The one emotion that is clearly shown, "no emotion" if every annotator saw none, else "mixed"."""
    if not any(intensities.values()):
        return "no emotion"
    first, second = sorted(intensities.values(), reverse=True)[:2]
    leading = max(intensities, key=intensities.__getitem__)
    return leading if first >= _CLEAR and first > second else "mixed"


def _labels(folder: Path, left_out: Counter[str]) -> dict[Segment, str]:
    rated: defaultdict[Segment, list[list[float]]] = defaultdict(list)
    for table in sorted(folder.glob("*.csv")):
        if is_hidden(table):
            continue
        for row in table_rows(table):
            answers = [row.get(f"Answer.{name}") for name in EMOTIONS]
            if any(name not in row for name in _KEYS) or all(answer is None for answer in answers):
                continue
            levels = [number(answer) for answer in answers]
            if any(level is None or not 0 <= level <= 3 for level in levels):
                left_out[BAD_ROW] += 1
                continue
            rated[row[_KEYS[0]], row[_KEYS[1]]].append([level for level in levels if level is not None])
    return {segment: dominant(_means(rows)) for segment, rows in rated.items()}


def _means(rows: list[list[float]]) -> dict[str, float]:
    return {name: sum(row[place] for row in rows) / len(rows) for place, name in enumerate(EMOTIONS)}


def _video(raw: Path, transcript: Path, labels: dict[Segment, str], left_out: Counter[str]) -> Iterator[Clip]:
    for line in decoded(transcript.read_bytes()).splitlines():
        fields = line.strip().split("___", 4)
        times = [number(field) for field in fields[2:4]]
        if len(fields) < 5 or None in times:
            left_out[BAD_ROW] += bool(line.strip())
            continue
        video, clip, *_, text = fields
        label = labels.get((video, clip))
        if label is None:
            left_out["without a label"] += 1
            continue
        whole = raw / "Videos" / "Full" / "Combined" / f"{video}.mp4"
        alone = raw / "Videos" / "Segmented" / "Combined" / f"{video}_{clip}.mp4"
        if whole.is_file():
            start_s, end_s = times
            yield Clip(f"{video}_{clip}", whole, video, label, max(start_s or 0.0, 0.0), end_s, words=text.strip())
        elif alone.is_file():
            yield Clip(f"{video}_{clip}", alone, video, label, words=text.strip())
        else:
            left_out[MISSING] += 1
