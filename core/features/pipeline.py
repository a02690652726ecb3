"""Window → ModelInputs, with presence and quality of each modality. Used by live, replay and analysis alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core.errors import ModelError
from core.features.audio import clipped_share, voiced_share, waveform
from core.features.face_pixels import pixels
from core.features.settings import FeatureSettings
from core.features.tokens import WordTokens, as_spoken
from core.model.inputs import ModelInputs
from core.types import MODALITIES, SAMPLE_RATE_HZ, Modality, Presence, Reason, Sighting, Window
from core.word_age import recency

_ENOUGH_VOICE = 0.5
"""Voiced share of a window at which its quality is full."""
_CLIPPED = 0.01
"""Share of clipped samples above which the voice is reported as too loud."""


DOUBT = 0.3
"""Factor on the quality of a voice, or of a word, that may be somebody else's."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedStep:
    """One hop for the model (B = 1), and presence and quality of each modality."""

    inputs: ModelInputs
    presence: dict[Modality, Presence]


class FeaturePipeline:
    """Builds model inputs with the feature settings of one checkpoint."""

    def __init__(self, settings: FeatureSettings, tokenizer: Path) -> None:
        self.settings = settings
        self._tokens = WordTokens(tokenizer, settings.max_tokens)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the text encoder was trained on."""
        return self.settings.languages

    def prepare(self, window: Window) -> PreparedStep:
        """Builds one hop from a window. Raises `ModelError` for audio of another length than was trained on."""
        if window.audio.size != round(self.settings.audio_s * SAMPLE_RATE_HZ):
            raise ModelError(
                f"This checkpoint uses {self.settings.audio_s:g} s of sound at a time, the settings give "
                f"{window.audio.size / SAMPLE_RATE_HZ:g} s. Set window.audio_s to {self.settings.audio_s:g}."
            )
        presence: dict[Modality, Presence] = {
            "audio": self._audio_presence(window),
            "visual": visual_presence(window.sightings),
            "text": text_presence(window),
        }
        for modality, reason in window.unavailable.items():
            presence[modality] = Presence(False, 0.0, reason)
        return PreparedStep(self._inputs(window, presence), presence)

    def _audio_presence(self, window: Window) -> Presence:
        share = voiced_share(window.audio)
        if share < self.settings.voiced_share:
            return Presence(False, 0.0, Reason.COMPUTER_SPEAKING if window.computer_s > 0 else Reason.SILENCE)
        clipped = clipped_share(window.audio)
        quality = min(1.0, share / _ENOUGH_VOICE) * (1.0 - min(1.0, 10 * clipped))
        if window.lips_still:
            return Presence(True, DOUBT * quality, Reason.LIPS_STILL)
        return Presence(True, quality, Reason.CLIPPED if clipped > _CLIPPED else None)

    def _inputs(self, window: Window, presence: dict[Modality, Presence]) -> ModelInputs:
        there = torch.tensor([[presence[modality].present for modality in MODALITIES]])
        sound = waveform(window.audio) if presence["audio"].present else np.zeros(0, dtype=np.float32)
        seen = window.sightings if presence["visual"].present else ()
        crops = [pixels(sighting.crop, self.settings) for sighting in seen if sighting.crop is not None]
        spoken = window.words if presence["text"].present else ()
        tokens = self._tokens.of_words([word.text for word in spoken], window.word_ages_s)
        return ModelInputs(
            waveform=torch.from_numpy(sound)[None],
            crops=torch.from_numpy(np.stack(crops))[None] if crops else torch.zeros(1, 0, 1, 1, 1),
            crop_mask=torch.ones(1, len(crops), dtype=torch.bool),
            tokens=torch.tensor([tokens.ids]),
            token_mask=torch.ones(1, len(tokens.ids), dtype=torch.bool),
            token_age_s=torch.tensor([tokens.ages_s]),
            since_word_s=torch.tensor([window.since_word_s]),
            present=there,
        )


def visual_presence(sightings: tuple[Sighting, ...]) -> Presence:
    """Present if any glance of the hop has the primary face, unless the newest one is ambiguous between faces."""
    if not sightings:
        return Presence(False, 0.0, Reason.FROZEN_PICTURE)  # the session reports a missing camera
    newest = sightings[-1].presence
    with_face = [sighting.presence.quality for sighting in sightings if sighting.crop is not None]
    if not with_face or newest.reason is Reason.SEVERAL_FACES:
        return Presence(False, 0.0, newest.reason or Reason.NO_FACE)
    return Presence(True, float(np.mean(with_face)), newest.reason if newest.present else None)


def text_presence(window: Window) -> Presence:
    """Present if there are words that the text encoder can read (a to z).

    Quality is their mean confidence, in which a word counts less the longer ago it was said and where it is doubtful,
    times the recency of the newest one: while nothing is said it halves every `core.word_age.HALF_LIFE_S`. The reason
    is the doubt on at least half of them.
    """
    readable = [word for word in window.words if as_spoken(word.text)]
    if not readable:
        return Presence(False, 0.0, Reason.COMPUTER_SPEAKING if window.computer_s > 0 else Reason.NO_WORDS)
    recent = [recency(word.age_s(window.end_s)) for word in readable]
    trusted = [word.confidence * (DOUBT if word.doubt else 1.0) for word in readable]
    mean = sum(trust * share for trust, share in zip(trusted, recent, strict=True)) / sum(recent)
    doubts = [word.doubt for word in readable if word.doubt]
    doubt = doubts[-1] if 2 * len(doubts) >= len(readable) else None
    return Presence(True, mean * max(recent), doubt)
