"""A clip in the live pipeline: its stretch, its half of the picture, its words; stored, and resumed if interrupted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.analysis.transcript import GivenTranscript
from core.capture.file import FileSource
from core.capture.source import EndOfSource, Source
from core.errors import CaptureError
from core.features.face import FaceFinder
from core.features.pipeline import FeaturePipeline
from core.features.settings import COMPACT
from core.session.offline import estimates
from core.session.session import Session
from core.settings import WindowSettings
from core.training.corpora import recorders
from core.training.corpora.clip import Clip
from core.training.corpora.record import recorded
from core.training.corpora.source import ClipSource
from core.training.corpora.transcript_words import spread_words
from core.types import AudioBlock, Chunk, VideoFrame
from tests.support.look_alikes import Footage, tiny_checkpoint, write_sound, write_video


def silent(what: str, done: int, total: int) -> None:
    """Discards progress reports."""


def chunks(source: Source) -> list[Chunk]:
    source.open(lambda: 0.0)
    found: list[Chunk] = []
    try:
        while True:
            chunk = source.read(1.0)
            if chunk is not None:
                found.append(chunk)
    except EndOfSource:
        return found
    finally:
        source.close()


def sound(found: list[Chunk]) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in found if isinstance(chunk, AudioBlock)])


@pytest.fixture
def clip(shown: Footage, tmp_path: Path) -> Clip:
    return Clip("a/b: c", write_video(tmp_path / "r.mp4", shown, times=3), "p", "fru", 2.25, 4.0, words="so it is")


def test_a_stretch_equals_that_part_of_the_whole(clip: Clip) -> None:
    whole, part = chunks(FileSource(clip.media, paced=False)), chunks(ClipSource(clip))
    assert sound(part).size == round(1.75 * 16_000)
    np.testing.assert_allclose(sound(part), sound(whole)[36_000:64_000], atol=0.02)
    frames = {frame.t_s: frame.rgb for frame in whole if isinstance(frame, VideoFrame) and 2.25 <= frame.t_s < 4.0}
    mine = {frame.t_s + 2.25: frame.rgb for frame in part if isinstance(frame, VideoFrame)}
    assert len(mine) == len(frames) == 14
    for (t_s, rgb), (mine_s, my_rgb) in zip(frames.items(), mine.items(), strict=True):
        assert mine_s == pytest.approx(t_s)
        np.testing.assert_array_equal(my_rgb, rgb)
    assert [chunk.t_s for chunk in part] == sorted(chunk.t_s for chunk in part)


def test_half_a_picture_and_a_sound_of_its_own(shown: Footage, tmp_path: Path) -> None:
    video = write_video(tmp_path / "two.avi", shown, sound=False, twice=True)
    alone = write_sound(tmp_path / "one.wav", shown)
    found = chunks(ClipSource(Clip("c", video, "p", "fru", audio=alone, side="right")))
    assert next(chunk for chunk in found if isinstance(chunk, VideoFrame)).rgb.shape[1] == 320
    np.testing.assert_allclose(sound(found), shown.samples, atol=1e-3)
    quiet = chunks(ClipSource(Clip("c", write_video(tmp_path / "s.mp4", shown), "p", "fru", silent=True)))
    assert all(isinstance(chunk, VideoFrame) for chunk in quiet)


def test_a_stretch_beyond_the_end_is_an_error(clip: Clip) -> None:
    with pytest.raises(CaptureError, match="neither picture nor sound"):
        ClipSource(replace(clip, start_s=50.0, end_s=52.0)).open(lambda: 0.0)


def test_words_of_a_transcript_are_yielded_when_they_end() -> None:
    words = GivenTranscript(Path("clip"), spread_words("one two three four", 2.0))
    assert [heard.final[0].text for heard in words.until(1.1)] == ["one", "two"]
    assert [word.text for heard in words.rest() for word in heard.final] == ["three", "four"]
    assert not list(GivenTranscript(Path("clip"), spread_words("", 2.0)).rest())


def test_recorded_vectors_are_those_of_live(shown: Footage, tmp_path: Path) -> None:
    clip = Clip("c", write_video(tmp_path / "r.mp4", shown), "p", "fru", end_s=2.0, words="so it is")
    checkpoint = tiny_checkpoint()
    path = recorded("own", [clip], recorders.vectors(checkpoint, tmp_path, "cpu"), silent)["c"]
    model = recorders.VectorRecorder(checkpoint)
    session = Session(model, FeaturePipeline(COMPACT, checkpoint.tokenizer), FaceFinder(), WindowSettings())
    made = list(
        estimates(
            FileSource(clip.media, paced=False), session, GivenTranscript(Path("clip"), spread_words("so it is", 2.0))
        )
    )
    with np.load(path) as kept:
        assert len(kept["present"]) == len(made)
        for place, name in enumerate(("audio", "visual", "text")):
            assert kept["present"][:, place].tolist() == [one.presence[name].present for one in made]
            np.testing.assert_allclose(kept[name], model.arrays()[name], atol=1e-3)
        assert kept["present"].any(0).all()
        np.testing.assert_array_equal(kept["since_word_s"], np.array([one.since_word_s for one in made], np.float32))
        assert np.isfinite(kept["since_word_s"][-1])


def test_an_interrupted_run_resumes_without_encoding_twice(shown: Footage, tmp_path: Path) -> None:
    video = write_video(tmp_path / "r.mp4", shown, sound=False)
    clips = [Clip(f"c{number}", video, "p", "fru", words="so") for number in range(4)]
    checkpoint, encoded = tiny_checkpoint(), []
    checkpoint.network.visual.register_forward_hook(lambda *_: encoded.append(1))

    def kill(what: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorded("own", clips, recorders.vectors(checkpoint, tmp_path, "cpu"), kill)
    once = len(encoded) // 2
    left_out_sentence: list[tuple[int, int]] = []
    again = recorders.vectors(checkpoint, tmp_path, "cpu")
    paths = recorded("own", clips, again, lambda _, done, total: left_out_sentence.append((done, total)))
    assert len(encoded) == 4 * once
    assert left_out_sentence == [(1, 2), (2, 2)]
    assert len(paths) == 4
    recorded("own", clips, again, silent)
    assert len(encoded) == 4 * once
    assert not list(tmp_path.rglob("*.tmp*"))
    other = recorders.vectors(tiny_checkpoint(seed=2), tmp_path, "cpu")
    assert other.folder != again.folder


def test_file_names_are_portable_and_depend_on_the_content(clip: Clip, tmp_path: Path) -> None:
    inputs = recorders.inputs(tiny_checkpoint(), tmp_path)
    first = recorded("own", [clip], inputs, silent)[clip.id]
    assert first.name.startswith("a_b_c-")
    second = recorded("own", [replace(clip, end_s=3.0)], inputs, silent)[clip.id]
    assert first != second
    with np.load(first) as kept:
        assert kept["waveforms"].shape[1] == 32_000
        assert len(kept["waveforms"]) == kept["present"][:, 0].sum()
        assert kept["crop_counts"].sum() == len(kept["crops"])


def test_broken_media_is_left_out_and_retried(tmp_path: Path, shown: Footage) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(200))
    good = Clip("good", write_video(tmp_path / "g.mp4", shown), "p", "fru", words="so")
    clips = [replace(good, id="bad", media=broken), good]
    recorder = recorders.vectors(tiny_checkpoint(), tmp_path, "cpu")
    assert set(recorded("own", clips, recorder, silent)) == {"good"}
