"""Composed sequences as recordings: staging is complete, and a file gives the same estimates as tensors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.analysis.transcript import read_words
from core.capture.media import open_pictures, open_sound
from core.features.face_crop import CROP_PX
from core.features.load_model import open_checkpoint
from core.model.checkpoint import Checkpoint, save
from core.settings import ModelSettings
from core.training.fusion.sequence_composer import ABSENT, ComposedSequence, ComposeSettings
from core.training.live_parity.routes import ROUTES, compare_routes, compose_held_out
from core.training.live_parity.staged_file import transcript_of, write
from core.training.live_parity.staging import RATE_HZ, KnownFace, StagedRecording, stage
from core.training.pack.data import Pack, read_pack
from core.types import MODALITIES, SAMPLE_RATE_HZ
from tests.support.small_pack import make_pack

HOP_S = 0.5
SETTINGS = ComposeSettings(steps=14, voice_event_rate=0.25, missing_throughout_share=0.0, words_kept=6)


def silent(what: str, done: int, total: int) -> None:
    """Discards progress reports."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    return read_pack(make_pack(folder / "pack", faces=60, voices=40, texts=60), folder / "cache", silent)


@pytest.fixture(scope="module")
def sequences(pack: Pack) -> list[ComposedSequence]:
    return compose_held_out(pack, lambda _item: True, 2, SETTINGS)


@pytest.fixture(scope="module")
def staged(pack: Pack, sequences: list[ComposedSequence]) -> StagedRecording:
    return stage(sequences[0], pack, HOP_S, np.random.default_rng(0))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Checkpoint]:
    folder, made = tmp_path_factory.mktemp("checkpoint"), open_checkpoint(ModelSettings(random_weights=True), "cpu")
    save(folder, made, {})
    return folder, open_checkpoint(ModelSettings(checkpoint=str(folder)), "cpu")


def test_only_the_chosen_samples_are_shown(pack: Pack) -> None:
    (sequence,) = compose_held_out(pack, lambda item: item.split == "train", 1, SETTINGS)
    for name, items in zip(MODALITIES, (pack.voices, pack.faces, pack.texts), strict=True):
        shown = sequence.tracks[name].sample
        places = getattr(sequence.bank, name).places[shown[shown != ABSENT]]
        assert all(items[place].split == "train" for place in places)


def test_staged_faces_are_cropped_back_unchanged(staged: StagedRecording, sequences) -> None:
    finder = KnownFace(staged)
    there = [face is not None for face in staged.faces]
    assert there == sequences[0].present[:, MODALITIES.index("visual")].tolist()
    for step, face in enumerate(staged.faces):
        seen = finder.look(staged.frame(round(step * HOP_S * RATE_HZ)))
        assert (seen.box is not None) == (face is not None)
        if seen.crop is not None:
            assert seen.crop.shape == (CROP_PX, CROP_PX, 3)
            np.testing.assert_array_equal(seen.crop[..., 0], face)


def test_voices_and_words_start_at_their_step(staged: StagedRecording, sequences: list[ComposedSequence]) -> None:
    voices = sequences[0].tracks["audio"].sample
    first = int(np.flatnonzero(voices != ABSENT)[0])
    start = round(first * HOP_S * SAMPLE_RATE_HZ)
    assert not staged.sound[:start].any()
    assert staged.sound[start : start + 800].any()
    texts = sequences[0].tracks["text"].sample
    first = int(np.flatnonzero(texts != ABSENT)[0])
    assert min(word.start_s for word in staged.words) == first * HOP_S
    assert staged.sound.size == SETTINGS.steps * HOP_S * SAMPLE_RATE_HZ


def test_an_empty_sequence_can_be_staged(pack: Pack, sequences: list[ComposedSequence]) -> None:
    nothing = replace(sequences[0], present=np.zeros_like(sequences[0].present))
    staged = stage(nothing, pack, HOP_S, np.random.default_rng(0))
    assert staged.faces == (None,) * SETTINGS.steps
    assert not staged.sound.any()
    assert staged.words == ()


def test_a_lossless_file_holds_what_was_staged(staged: StagedRecording, tmp_path: Path) -> None:
    file = write(staged, tmp_path / "staged", "lossless")
    pictures, sound = open_pictures(file, 640), open_sound(file)
    assert pictures is not None
    assert sound is not None
    for read, meant in zip(pictures.chunks, staged.frames(), strict=True):
        assert read.t_s == pytest.approx(meant.t_s, abs=1e-3)
        np.testing.assert_array_equal(read.rgb, meant.rgb)
    np.testing.assert_array_equal(np.concatenate([block.samples for block in sound.chunks]), staged.samples)
    assert tuple(read_words(transcript_of(file))) == staged.words
    pictures.close()
    sound.close()


def test_a_lossless_file_gives_the_estimates_of_tensors(pack, sequences, checkpoint) -> None:
    figures = compare_routes(pack, *checkpoint, sequences, silent)
    assert figures["same_within_tolerance"]
    assert figures["steps"] == 2 * SETTINGS.steps
    ways = figures["against_tensors"]
    assert set(ways) == set(ROUTES)
    assert all(way["since_word_s"]["max"] < 1e-3 for way in ways.values()), "words have no codec and no detector"
    assert 0 < ways["codec"]["probabilities"]["max"] < 1
    noise_is_no_face = ways["detector"]["presence_agreement_by_modality"]
    assert noise_is_no_face["visual"] < 1.0
    assert noise_is_no_face["text"] == noise_is_no_face["audio"] == 1.0
    json.dumps(figures, allow_nan=False)
