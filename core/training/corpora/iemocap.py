"""IEMOCAP (Busso et al. 2008) in its release's layout: five sessions of two actors, labelled by utterance.

    Session1 … Session5/
        dialog/EmoEvaluation/<dialog>.txt      [6.2901 - 8.2357]<TAB>Ses01F_impro01_F000<TAB>neu<TAB>[2.5, 2.5, 2.5]
        dialog/transcriptions/<dialog>.txt     Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me.
        dialog/avi/DivX/<dialog>.avi           both actors side by side
        sentences/wav/<dialog>/<utterance>.wav

Checked against public code that reads the release (several independent projects agree on all four paths and both line
formats). Not checked on a licensed copy: that the actor named in the dialog's file name (Ses01F: the woman) sits on the
left, as one public project's code assumes. An utterance's picture is cut to its speaker's half.

The corpus has no official split. It is split by session, because sessions have different actors: sessions 1 to 3
train, 4 validates, 5 tests, as is usual.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.errors import DataError
from core.training.corpora.clip import BAD_ROW, MISSING, Clip, Corpus, Part, decoded, is_hidden, sub_folder

_LABELLED = re.compile(r"^\[(\d+\.?\d*)\s*-\s*(\d+\.?\d*)\]\s+(Ses(\d\d)[FM]_\S+_([FM])\d+)\s+(\w+)\s")
_SAID = re.compile(r"^(Ses\S+)\s+\[[^\]]*\]:\s*(.*)$")
_PARTS: dict[str, Part] = {"01": "train", "02": "train", "03": "train", "04": "val", "05": "test"}


def read(folder: Path) -> Corpus:
    """Reads all labelled utterances whose picture or sound exists. Raises `DataError`."""
    sessions = sorted(sub_folder(folder, "IEMOCAP_full_release", "IEMOCAP").glob("Session[1-5]"))
    if not sessions:
        raise DataError(f"{folder} is no copy of IEMOCAP: it has no folder Session1 to Session5.")
    left_out: Counter[str] = Counter()
    clips = [clip for session in sessions for clip in _session(session, left_out)]
    return Corpus("iemocap", tuple(clips), left_out)


def _session(session: Path, left_out: Counter[str]) -> Iterator[Clip]:
    for table in sorted((session / "dialog" / "EmoEvaluation").glob("*.txt")):
        if not is_hidden(table):
            transcript = _transcript(session / "dialog" / "transcriptions" / table.name)
            yield from _dialog(session, table, transcript, left_out)


def _dialog(session: Path, table: Path, transcript: dict[str, str], left_out: Counter[str]) -> Iterator[Clip]:
    picture = session / "dialog" / "avi" / "DivX" / f"{table.stem}.avi"
    for line in decoded(table.read_bytes()).splitlines():
        if not line.startswith("["):
            continue
        found = _LABELLED.match(line)
        if found is None:
            left_out[BAD_ROW] += not line.startswith("[START_TIME")  # the header, with percent signs or without
            continue
        start, end, utterance, number, speaker, label = found.groups()
        sound = session / "sentences" / "wav" / table.stem / f"{utterance}.wav"
        if not picture.is_file() and not sound.is_file():
            left_out[MISSING] += 1
            continue
        alone = Clip(
            id=utterance,
            media=sound,
            identity=f"Ses{number}{speaker}",
            label=label,
            words=transcript.get(utterance),
            part=_PARTS[number],
        )
        if not picture.is_file():
            yield alone
            continue
        yield replace(
            alone,
            media=picture,
            start_s=float(start),
            end_s=float(end),
            audio=sound if sound.is_file() else None,
            side="left" if table.stem[5:6] == speaker else "right",
        )


def _transcript(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found = (_SAID.match(line) for line in decoded(path.read_bytes()).splitlines())
    return {match[1]: match[2].strip() for match in found if match}
