"""Corpora that look like the real ones: their folders, tables and faults, and the drawn learner in small clips."""

from __future__ import annotations

import csv
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from core.capture.source import EndOfSource
from core.features.settings import COMPACT
from core.model.checkpoint import TOKENIZER, Calibration, Checkpoint
from core.model.network import EduEmotionNet
from core.paths import assets
from core.synthetic.source import SyntheticSource
from core.types import VideoFrame
from tests.core.model.test_checkpoint import tiny_config

RATE_HZ = 8


@dataclass(frozen=True)
class Footage:
    """What a camera and a microphone took of the drawn learner: pictures at `RATE_HZ`, and sound."""

    pictures: list[np.ndarray]
    samples: np.ndarray
    files: dict[tuple[object, ...], bytes] = field(default_factory=dict)
    """Media made of it so far: encoding is what takes time."""


def footage(seconds: float = 2.0, seed: int = 0) -> Footage:
    """The drawn learner, mostly silent, and a tone where nobody speaks."""
    source = SyntheticSource(seed, paced=False, duration_s=seconds, frame_width_px=320, frame_rate_hz=RATE_HZ)
    source.open(lambda: 0.0)
    pictures, samples = [], []
    try:
        while True:
            chunk = source.read(1.0)
            if isinstance(chunk, VideoFrame):
                pictures.append(chunk.rgb)
            elif chunk is not None:
                samples.append(chunk.samples)
    except EndOfSource:
        source.close()
    return Footage(pictures, np.concatenate(samples))


def write_video(file: Path, shown: Footage, *, sound: bool = True, twice: bool = False, times: int = 1) -> Path:
    """The footage as a media file, `times` over, or two of it side by side."""
    file.parent.mkdir(parents=True, exist_ok=True)
    key = (file.suffix, sound, twice, times)
    if key in shown.files:
        file.write_bytes(shown.files[key])
        return file
    pictures = [np.hstack([rgb, rgb]) if twice else rgb for rgb in shown.pictures * times]
    with av.open(str(file), "w") as container:
        picture = container.add_stream("mpeg4", rate=RATE_HZ)
        picture.height, picture.width = pictures[0].shape[:2]
        picture.pix_fmt, picture.bit_rate = "yuv420p", 1_500_000
        voice = container.add_stream("aac", rate=16_000, layout="mono") if sound else None
        for place, rgb in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame.pts, frame.time_base = place, Fraction(1, RATE_HZ)
            container.mux(picture.encode(frame))
        if voice is not None:
            block = av.AudioFrame.from_ndarray(np.tile(shown.samples, times)[None], format="fltp", layout="mono")
            block.sample_rate = 16_000
            container.mux(voice.encode(block))
        for stream in filter(None, (picture, voice)):
            container.mux(stream.encode(None))
    shown.files[key] = file.read_bytes()
    return file


def write_sound(file: Path, shown: Footage) -> Path:
    """The footage's sound alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 16_000, shown.samples.size, "NONE", ""))
        sound.writeframes((32767 * shown.samples.clip(-1, 1)).astype(np.int16).tobytes())
    return file


def write_table(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str = "utf-8") -> Path:
    """A CSV table."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding=encoding) as lines:
        writer = csv.writer(lines)
        writer.writerow(header)
        writer.writerows(rows)
    return file


DAISEE_HEADER = ("ClipID", "Boredom", "Engagement", "Confusion", "Frustration ")
"""The last name really ends in a space."""


def write_daisee(folder: Path, shown: Footage) -> Path:
    """Six people, two to a part: each bored, confused, frustrated or just engaged; one clip is missing."""
    people = {"Train": ("110001", "110002"), "Validation": ("400001", "400002"), "Test": ("500001", "500002")}
    levels = ((3, 0, 1, 0), (0, 1, 3, 0), (0, 1, 0, 2), (0, 3, 0, 0), (2, 1, 2, 0))
    for part, names in people.items():
        rows = []
        for person in names:
            for number, row in enumerate(levels):
                clip = f"{person}{number:04d}"
                rows.append((f"{clip}.avi", *row))
                if (part, number) != ("Train", 4):
                    write_video(folder / "DataSet" / part / person / clip / f"{clip}.avi", shown, sound=False)
        rows.append(("9999990000.avi", "x", 1, 1, 1))
        write_table(folder / "Labels" / f"{part}Labels.csv", DAISEE_HEADER, rows)
    return folder


def write_iemocap(folder: Path, shown: Footage) -> Path:
    """Five sessions of one dialog each: the woman is frustrated, then the man is calm, then the raters disagree."""
    for number in range(1, 6):
        session, dialog = folder / f"Session{number}", f"Ses{number:02d}F_impro01"
        write_video(session / "dialog" / "avi" / "DivX" / f"{dialog}.avi", shown, sound=False, twice=True, times=3)
        lines = ["% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]", ""]
        said = []
        for place, (who, label) in enumerate((("F000", "fru"), ("M000", "neu"), ("F001", "xxx"))):
            name, start_s = f"{dialog}_{who}", 2.0 * place
            lines += [
                f"[{start_s:.4f} - {start_s + 2:.4f}]\t{name}\t{label}\t[2.5000, 2.5000, 2.5000]",
                "C-E2:\tNeutral;\t()",
                "",
            ]
            said.append(f"{name} [{start_s:08.4f}-{start_s + 2:08.4f}]: Excuse me, where is the form?")
            if place != 1:
                write_sound(session / "sentences" / "wav" / dialog / f"{name}.wav", shown)
        lines.append("[broken line")
        for kind, text in (("EmoEvaluation", lines), ("transcriptions", said)):
            file = session / "dialog" / kind / f"{dialog}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(text) + "\n")
        (session / "dialog" / "EmoEvaluation" / f"._{dialog}.txt").write_bytes(b"\x00\x05\x16\x07")
    return folder


MOSEI_HEADER = ("HITId", "Input.VIDEO_ID", "Input.CLIP", *(
    f"Answer.{name}" for name in ("happiness", "sadness", "anger", "fear", "disgust", "surprise")
))  # fmt: skip


def write_mosei(folder: Path, shown: Footage, videos: int = 12) -> Path:
    """Videos of two segments each, one angry, one without emotion, rated by two people; the last is not there."""
    raw = folder / "Raw"
    rows: list[tuple[object, ...]] = [("h", "video0", 0, "many", 0, 0, 0, 0, 0)]
    for number in range(videos):
        name = f"video{number}"
        if number == 0:
            for clip in (0, 1):
                write_video(raw / "Videos" / "Segmented" / "Combined" / f"{name}_{clip}.mp4", shown)
        elif number < videos - 1:
            write_video(raw / "Videos" / "Full" / "Combined" / f"{name}.mp4", shown, times=2)
        text = raw / "Transcript" / "Segmented" / "Combined" / f"{name}.txt"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text(
            f"{name}___0___0.0___2.0___this makes me mad\n{name}___1___2.0___4.0___it was there\nhalf a line\n"
        )
        rows += [("h", name, 0, 0, 0, level, 0, 0, 0) for level in (1, 3)]
        rows += [("h", name, 1, 0, 0, 0, 0, 0, 0)] * 2
    write_table(raw / "Labels" / "5000_batch_raw.csv", MOSEI_HEADER, rows[:9])
    write_table(raw / "Labels" / "Batch_2980374_batch_results.csv", MOSEI_HEADER, rows[9:])
    write_table(raw / "Labels" / "other.csv", ("a", "b"), [(1, 2)])
    return folder


MELD_HEADER = ("Sr No.", "Utterance", "Speaker", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID", "Season",
               "Episode", "StartTime", "EndTime")  # fmt: skip
MELD_PEOPLE = ("Joey", "Monica", "Ross", "Mark", "Mr. Treeger", "Gunther")


def write_meld(folder: Path, shown: Footage) -> Path:
    """The same six speakers in every part, and two at once; texts with Windows' characters; some files missing."""
    tables = (("train", "train_splits"), ("dev", "dev_splits_complete"), ("test", "output_repeated_splits_test"))
    for name, videos in tables:
        rows: list[tuple[object, ...]] = []
        for number, speaker in enumerate((*MELD_PEOPLE, "Joey and Ross", "Nobody")):
            emotion = ("anger", "neutral", "joy")[number % 3]
            said = "he\x92s lost it \x97 totally" if number else "heâ€™s lost it"
            rows.append((number, said, speaker, emotion, "neutral", 0, number, 4, 7, "00:20:57,256", "00:21:00,049"))
            prefix = "final_videos_test" if (name, number) == ("test", 0) else ""
            if speaker != "Nobody":
                write_video(folder / videos / f"{prefix}dia0_utt{number}.mp4", shown)
        rows.append(("", "", "Joey", "anger", "", "zero", 1, "", "", "", ""))
        write_table(folder / f"{name}_sent_emo.csv", MELD_HEADER, rows)
    return folder


def write_own(folder: Path, shown: Footage, people: int = 6) -> Path:
    """Each person once confused, once curious and once nothing in one recording; two bad rows, one missing file."""
    rows: list[tuple[object, ...]] = []
    for number in range(people):
        write_video(folder / f"person {number}" / "rec.mp4", shown, times=3)
        file = f"person {number}/rec.mp4"
        states = ("Confused", "curious", "None")
        rows += [
            (file, 2 * place, 2 * place + 2, state, f"p{number}", "so it is") for place, state in enumerate(states)
        ]
    rows += [
        (file, 3, 2, "Bored", "p0", ""),
        (file, "soon", 2, "Bored", "p0", ""),
        ("gone.mp4", 0, 2, "Bored", "p0", ""),
    ]
    write_table(folder / "labels.csv", ("file", "start_s", "end_s", "state", "participant", "text"), rows, "utf-8-sig")
    return folder


def tiny_checkpoint(seed: int = 1) -> Checkpoint:
    """A network of the real classes with the shipped tokenizer, small enough for a test."""
    import torch

    torch.manual_seed(seed)
    config = tiny_config()
    config.text["vocab_size"] = 12_000
    network = EduEmotionNet(config).eval()
    return Checkpoint(network, config, COMPACT.to_json(), Calibration(), assets() / "compact" / TOKENIZER)
