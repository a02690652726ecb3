"""Measures one recogniser in a process of its own: its words, its work, their delay, and the memory that it adds.

Every clip is fed as in a session, 0.1 s after 0.1 s, as fast as the recogniser takes it; times are those of a session
in which each block arrives when it has sounded and is worked on for the processor time that it took.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Self

from core.bench.words.clips import AFTER_S, BEFORE_S, SpokenClip
from core.bench.words.conditions import CONDITIONS, NOT_SPEECH, changed, sounds_without_words
from core.bench.words.text import normalised
from core.speech.base import Recognizer
from core.speech.listener import BLOCK
from core.speech.select_recognizer import WordModel, open_in_place
from core.speech.word_alignment import WordErrors, count_errors
from core.types import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Sequence

_TICK_S = 0.005


@dataclass(frozen=True, slots=True)
class HeardClip:
    """What a recogniser made of a clip: its text, and seconds from the end of the voice to its last final word.

    `sound_s` is without the quiet that was added.
    """

    name: str
    text: str
    errors: WordErrors
    sound_s: float
    cpu_s: float
    delay_s: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One recogniser: its clips by condition, the memory that it added, and how late another thread was woken."""

    name: str
    clips: dict[str, list[HeardClip]]
    memory_mb: float
    lateness_ms: tuple[float, ...]


def serve(
    requests: Connection,
    answers: Connection,
    model: WordModel,
    clips: Sequence[SpokenClip],
    conditions: Sequence[str],
) -> None:
    """The child's body: sends the share done after every clip, and `Measured` at the end."""
    normalised("")  # loads what it needs
    sounding = {name: changed(list(clips), CONDITIONS[name]) for name in conditions if name != NOT_SPEECH}
    if NOT_SPEECH in conditions:
        sounding[NOT_SPEECH] = sounds_without_words()
    before_mb = _memory_mb()
    recognizer = open_in_place(model)
    total, done = sum(map(len, sounding.values())), 0
    heard: dict[str, list[HeardClip]] = {}
    with Ticker() as ticker:
        for name, of_condition in sounding.items():
            for clip in of_condition:
                heard.setdefault(name, []).append(hear(recognizer, clip))
                done += 1
                answers.send(done / total)
    answers.send(Measured(recognizer.name, heard, _memory_mb() - before_mb, tuple(ticker.late_ms)))
    recognizer.close()


def hear(recognizer: Recognizer, clip: SpokenClip, now_s: Callable[[], float] = time.process_time) -> HeardClip:
    """Feeds a clip; `now_s` is the processor's clock."""
    texts: list[str] = []
    free_s = cpu_s = 0.0
    final_at_s: float | None = None
    for start in range(0, clip.samples.size, BLOCK):
        block = clip.samples[start : start + BLOCK]
        began_s = now_s()
        final = recognizer.feed(block, start / SAMPLE_RATE_HZ)
        recognizer.partial()
        took_s = now_s() - began_s
        cpu_s += took_s
        free_s = max(free_s, (start + block.size) / SAMPLE_RATE_HZ) + took_s
        if final:
            texts += [word.text for word in final]
            final_at_s = free_s
    began_s = now_s()
    final = recognizer.flush()
    cpu_s += now_s() - began_s
    if final:  # the quiet after the voice did not make them final
        texts += [word.text for word in final]
        final_at_s = free_s + now_s() - began_s
    text = " ".join(texts)
    errors = count_errors(normalised(clip.text).split(), normalised(text).split())
    delay_s = final_at_s - clip.voice_end_s if clip.text and final_at_s is not None else None
    return HeardClip(clip.name, text, errors, clip.samples.size / SAMPLE_RATE_HZ - BEFORE_S - AFTER_S, cpu_s, delay_s)


@dataclass
class Ticker:
    """Sleeps 5 ms again and again beside the recogniser, and notes how much later than that it is woken.

    A recogniser that holds the interpreter's lock keeps it from waking.
    """

    late_ms: list[float] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="ticker", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ending.set()
        self._thread.join()

    def _tick(self) -> None:
        while not self._ending.is_set():
            began_s = time.perf_counter()
            time.sleep(_TICK_S)
            self.late_ms.append(1e3 * (time.perf_counter() - began_s - _TICK_S))


def _memory_mb() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 1e6
