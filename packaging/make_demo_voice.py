"""Speak the demo's sentences with espeak-ng and write them to assets/demo as Ogg Opus, with a table (voice.json).

Run by hand when the sentences change: `python packaging/make_demo_voice.py`. Each line below was chosen, with its
speed and pitch, because Moonshine understands it word for word, so that the demo's transcript reads well on a machine
with nothing but the packages; the script names lines that it does not. (PocketSphinx understands 14 of the 26.)
espeak-ng is GPL; the sound that it makes is not covered by it.
"""

from __future__ import annotations

import io
import json
import subprocess
import wave
from pathlib import Path

import av
import numpy as np

from core.features.tokens import as_spoken
from core.speech.moonshine import open_moonshine
from core.synthetic.voice import load_sentences

RATE_HZ = 16_000
BIT_RATE = 32_000
VOICE = "en-us+klatt"
PEAK = 0.5
FOLDER = Path(__file__).parent.parent / "assets" / "demo"

SENTENCES = (
    ("Confused", 130, 50, "I am so confused"),
    ("Confused", 130, 50, "wait I am lost"),
    ("Confused", 130, 50, "this does not make sense to me"),
    ("Confused", 130, 50, "how can that be right"),
    ("Confused", 130, 50, "this makes no sense at all"),
    ("Curious", 130, 50, "how does this happen"),
    ("Curious", 120, 45, "can you tell me more about that"),
    ("Curious", 125, 45, "I would love to know how it ends"),
    ("Curious", 140, 55, "why does the moon do that"),
    ("Curious", 140, 55, "I want to find out more"),
    ("Curious", 130, 50, "how did they do that"),
    ("Curious", 150, 50, "tell me more about this"),
    ("Bored", 130, 50, "this is really boring"),
    ("Bored", 130, 50, "can we stop now"),
    ("Bored", 130, 50, "I am so tired"),
    ("Bored", 135, 35, "this is taking so long"),
    ("Bored", 130, 50, "I have seen all this before"),
    ("Bored", 130, 50, "I am bored with all of this"),
    ("Frustrated", 125, 50, "why is it still wrong"),
    ("Frustrated", 140, 55, "I have tried this so many times"),
    ("Frustrated", 125, 55, "this will never be right"),
    ("Frustrated", 115, 50, "I have had enough of this"),
    ("Neutral", 130, 50, "the answer is on the second line"),
    ("Neutral", 140, 55, "I will read it one more time"),
    ("Neutral", 140, 55, "let us go on with the next one"),
    ("Neutral", 130, 40, "I have two more to do"),
)
"""Mood, words per minute, pitch (0 to 99), text."""


def main() -> None:
    """Write every sentence and the table."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    table = []
    for number, (mood, speed, pitch, text) in enumerate(SENTENCES):
        file = f"{mood.lower()}-{number:02d}.ogg"
        write_opus(FOLDER / file, speak(text, speed, pitch))
        table.append({"mood": mood, "text": text, "file": file})
    (FOLDER / "voice.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(f"{len(table)} sentences, {sum(file.stat().st_size for file in FOLDER.iterdir()) / 1000:.0f} kB in {FOLDER}")
    name_misheard()


def name_misheard() -> None:
    """Print the written sentences that Moonshine understands differently."""
    recognizer = open_moonshine()
    for sentence in load_sentences(FOLDER):
        quiet = np.zeros(RATE_HZ // 2, dtype=np.float32)
        words = recognizer.feed(np.concatenate([quiet, sentence.samples, quiet]), 0.0) + recognizer.flush()
        heard = " ".join(word.text for word in words)
        if as_spoken(heard) != as_spoken(sentence.text):
            print(f"{sentence.text!r} is heard as {heard!r}: change its words, speed or pitch.")
    recognizer.close()


def speak(text: str, speed: int, pitch: int) -> np.ndarray:
    """The sentence as (N,) float32 at 16 kHz, peak at `PEAK`, a breath of silence at both ends."""
    command = ["espeak-ng", "-v", VOICE, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(spoken)) as sound:
        rate_hz = sound.getframerate()
        raw = np.frombuffer(spoken[44:], dtype=np.int16)[: (len(spoken) - 44) // 2]
    samples = resampled(raw, rate_hz).astype(np.float32)
    quiet = np.zeros(RATE_HZ // 10, dtype=np.float32)
    return np.concatenate([quiet, samples / np.abs(samples).max() * PEAK, quiet])


def resampled(raw: np.ndarray, rate_hz: int) -> np.ndarray:
    """16-bit mono samples at 16 kHz."""
    frame = av.AudioFrame.from_ndarray(raw[None], format="s16", layout="mono")
    frame.sample_rate = rate_hz
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    parts = [part.to_ndarray()[0] for part in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(parts)


def write_opus(file: Path, samples: np.ndarray) -> None:
    """Mono Ogg Opus, 16 kHz."""
    with av.open(str(file), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


if __name__ == "__main__":
    main()
