"""PocketSphinx: the recogniser whose model is part of its package, so that words need no download.

Only sound that its endpointer takes for speech is decoded, so silence costs almost nothing. The settings below were
chosen by measurement (see `DECODER`). It is less accurate than Vosk on casual speech; the window shows which one runs.
"""

from __future__ import annotations

import re

from core.errors import SpeechError
from core.speech.audio_position import AudioPosition, to_pcm
from core.speech.base import GAP_S, PARTIAL_CONFIDENCE
from core.types import Samples, Word

DECODER = {"ds": 2, "maxhmmpf": 3000, "loglevel": "FATAL"}
"""Every other frame is scored, with at most 3000 hypotheses a frame: less than half the time of the default, and no
more wrong words on read speech."""
ENDPOINTER = {"window": 0.3, "ratio": 0.6, "vad_mode": 3}
"""Speech begins and ends when 60 % of 0.3 s agree; the default of 90 % loses first words and misses some voices. The
strictest mode, because the others take the quiet after a voice for speech and find words in it."""
REPEATED = 3
"""Number of first sentences that are decoded twice: the cepstral mean of voice and microphone is estimated from a
sentence only when it is over."""
LONGEST_S = 15.0
"""Longest sentence; it is ended here without a pause, so that noise taken for speech is bounded."""
FRAME_S = 0.01
NO_WORD = re.compile(r"^[<\[+]")
VARIANT = re.compile(r"\(\d+\)$")


class PocketSphinxRecognizer:
    """US English. The endpointer cuts speech out of the stream, the decoder turns it into words."""

    name, language = "PocketSphinx en-us", "en"

    def __init__(self) -> None:
        try:
            from pocketsphinx import Decoder
        except ImportError as error:
            raise SpeechError("PocketSphinx is not installed. Run 'pip install pocketsphinx'.") from error
        self._decoder = Decoder(**DECODER)
        self._to_repeat = REPEATED
        self._begin_listening()

    def _begin_listening(self) -> None:
        from pocketsphinx import Endpointer

        self._endpointer = Endpointer(**ENDPOINTER)
        self._position = AudioPosition()
        self._rest = b""
        self._speaking = False
        self._speech_start_s = 0.0

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Recognise samples; returns the words of every sentence that ended in them."""
        words = self.flush() if abs(self._position.gap_s(start_s)) > GAP_S else []
        self._position.add(samples.size, start_s)
        pcm = self._rest + to_pcm(samples)
        size = self._endpointer.frame_bytes
        whole = len(pcm) - len(pcm) % size
        self._rest = pcm[whole:]
        for first in range(0, whole, size):
            words += self._process(pcm[first : first + size])
        return words

    def _process(self, frame: bytes) -> list[Word]:
        speech = self._endpointer.process(frame)
        if speech is None:
            return []
        if not self._speaking:
            self._start_sentence(self._endpointer.speech_start)
        self._decode(speech)
        if not self._endpointer.in_speech:
            return self._end_sentence()
        if self._decoder.n_frames() * FRAME_S < LONGEST_S:
            return []
        next_start_s = self._speech_start_s + self._decoder.n_frames() * FRAME_S
        words = self._end_sentence()
        self._start_sentence(next_start_s)
        return words

    def _start_sentence(self, own_s: float) -> None:
        self._speaking, self._speech_start_s = True, own_s
        self._sentence = bytearray()
        self._decoder.start_utt()

    def _decode(self, speech: bytes) -> None:
        self._decoder.process_raw(speech, False, False)
        if self._to_repeat:
            self._sentence += speech

    def _end_sentence(self) -> list[Word]:
        self._decoder.end_utt()
        self._speaking = False
        if self._to_repeat:
            self._to_repeat -= 1
            self._decoder.start_utt()
            self._decoder.process_raw(bytes(self._sentence), False, False)
            self._decoder.end_utt()
        return self._words(final=True)

    def _words(self, final: bool) -> list[Word]:
        return [
            Word(
                VARIANT.sub("", segment.word),
                self._session_s(segment.start_frame),
                self._session_s(segment.end_frame + 1),
                min(1.0, segment.prob) if final else PARTIAL_CONFIDENCE,
                final,
            )
            for segment in self._decoder.seg() or ()
            if not NO_WORD.match(segment.word)
        ]

    def _session_s(self, frame: int) -> float:
        return self._position.session_s(self._speech_start_s + frame * FRAME_S)

    def partial(self) -> list[Word]:
        """The best path so far; takes under 5 ms, because only the decoder's first pass has run."""
        return self._words(final=False) if self._speaking else []

    def flush(self) -> list[Word]:
        """End the unfinished sentence, with the sound still in the endpointer, and start over."""
        speech = self._endpointer.end_stream(self._rest or b"\0\0")  # needs at least one sample
        if speech and self._speaking:
            self._decode(speech)
        words = self._end_sentence() if self._speaking else []
        self._begin_listening()
        return words

    def close(self) -> None:
        """End the unfinished sentence; memory is freed with the object."""
        if self._speaking:
            self._decoder.end_utt()
            self._speaking = False
