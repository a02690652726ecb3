"""Every adapter on a look-alike of its corpus: what it finds, what it leaves out, and its messages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import DataError
from core.training.corpora.catalogue import READERS, read_corpus
from core.training.corpora.clip import BAD_ROW, MISSING, PARTS, Clip, left_out_sentence
from core.training.corpora.daisee import clear_state
from core.training.corpora.meld import repair_text
from core.training.corpora.mosei import dominant
from core.training.corpora.prepare import prepare
from tests.support import look_alikes
from tests.support.look_alikes import Footage

WRITERS: dict[str, Callable[[Path, Footage], Path]] = {
    "iemocap": look_alikes.write_iemocap,
    "mosei": look_alikes.write_mosei,
    "meld": look_alikes.write_meld,
    "daisee": look_alikes.write_daisee,
    "own": look_alikes.write_own,
}


def by_id(clips: tuple[Clip, ...]) -> dict[str, Clip]:
    found = {clip.id: clip for clip in clips}
    assert len(found) == len(clips)
    return found


def test_iemocap(shown: Footage, tmp_path: Path) -> None:
    corpus = read_corpus("iemocap", look_alikes.write_iemocap(tmp_path, shown))
    clips = by_id(corpus.clips)
    assert len(clips) == 15
    woman, man = clips["Ses02F_impro01_F000"], clips["Ses02F_impro01_M000"]
    assert (woman.identity, woman.side, woman.label, woman.part) == ("Ses02F", "left", "fru", "train")
    assert (man.identity, man.side, man.label) == ("Ses02M", "right", "neu")
    assert (man.start_s, man.end_s, man.audio) == (2.0, 4.0, None)
    assert woman.audio is not None
    assert woman.words == "Excuse me, where is the form?"
    assert corpus.left_out == {BAD_ROW: 5}
    assert {clip.part for clip in clips.values()} == set(PARTS)


def test_iemocap_without_pictures_is_sound_alone(shown: Footage, tmp_path: Path) -> None:
    look_alikes.write_iemocap(tmp_path, shown)
    shutil.rmtree(tmp_path / "Session3" / "dialog" / "avi")
    corpus = read_corpus("iemocap", tmp_path)
    clips = by_id(corpus.clips)
    assert clips["Ses03F_impro01_F000"].media.suffix == ".wav"
    assert clips["Ses03F_impro01_F000"].end_s is None
    assert corpus.left_out[MISSING] == 1


def test_mosei(shown: Footage, tmp_path: Path) -> None:
    corpus = read_corpus("mosei", look_alikes.write_mosei(tmp_path, shown))
    clips = by_id(corpus.clips)
    assert len(clips) == 22
    assert (clips["video0_0"].start_s, clips["video0_0"].end_s) == (0.0, None)
    assert (clips["video3_1"].start_s, clips["video3_1"].end_s) == (2.0, 4.0)
    assert [clips[f"video3_{place}"].label for place in (0, 1)] == ["anger", "no emotion"]
    assert clips["video3_1"].words == "it was there"
    assert corpus.left_out == {BAD_ROW: 13, MISSING: 2}


def test_moseis_clearest_emotion() -> None:
    none = dict.fromkeys(("happiness", "sadness", "anger", "fear", "disgust", "surprise"), 0.0)
    assert dominant(none) == "no emotion"
    assert dominant(none | {"anger": 1.0, "fear": 0.7}) == "anger"
    assert dominant(none | {"anger": 0.7}) == "mixed"
    assert dominant(none | {"anger": 2.0, "sadness": 2.0}) == "mixed"


def test_meld(shown: Footage, tmp_path: Path) -> None:
    corpus = read_corpus("meld", look_alikes.write_meld(tmp_path, shown))
    clips = by_id(corpus.clips)
    assert len(clips) == 18
    assert clips["test/dia0_utt0"].media.name == "final_videos_testdia0_utt0.mp4"
    assert clips["train/dia0_utt0"].words == "he’s lost it"
    assert clips["val/dia0_utt1"].words == "he’s lost it — totally"
    assert "Joey and Ross" not in {clip.identity for clip in clips.values()}
    assert corpus.left_out == {BAD_ROW: 3, MISSING: 3, "of several speakers at once": 3}
    assert repair_text("plain") == "plain"


def test_melds_own_parts_share_their_speakers_so_they_are_not_used(shown: Footage, tmp_path: Path) -> None:
    prepared = prepare("meld", look_alikes.write_meld(tmp_path, shown), None)
    assert prepared.how == "by person"
    people = [{entry.clip.identity for entry in prepared.clips[part]} for part in PARTS]
    assert not people[0] & people[1]
    assert not people[0] & people[2]
    assert not people[1] & people[2]


def test_daisee_whose_header_ends_in_a_space(shown: Footage, tmp_path: Path) -> None:
    look_alikes.write_daisee(tmp_path, shown)
    first_line = (tmp_path / "Labels" / "TrainLabels.csv").read_text().splitlines()[0]
    assert first_line.endswith("Frustration ")
    corpus = read_corpus("daisee", tmp_path)
    clips = by_id(corpus.clips)
    labels = [clips[f"500001000{number}"].label for number in range(5)]
    assert labels == ["boredom", "confusion", "frustration", "engagement", "mixed"]
    assert clips["5000010000"].identity == "500001"
    assert clips["5000010000"].silent
    assert corpus.left_out == {BAD_ROW: 3, MISSING: 2}
    assert prepare("daisee", tmp_path, None).how == "the corpus's own parts"


def test_daisees_common_table_replaces_a_missing_one(shown: Footage, tmp_path: Path) -> None:
    look_alikes.write_daisee(tmp_path, shown)
    labels = tmp_path / "Labels"
    rows = [line for name in ("Train", "Test") for line in (labels / f"{name}Labels.csv").read_text().splitlines()[1:]]
    (labels / "AllLabels.csv").write_text("\n".join([",".join(look_alikes.DAISEE_HEADER), *rows]))
    before = len(read_corpus("daisee", tmp_path).clips)
    (labels / "TrainLabels.csv").unlink()
    (labels / "ValidationLabels.csv").unlink()
    found = read_corpus("daisee", tmp_path)
    assert {clip.part for clip in found.clips} == {"train", "test"}
    assert 0 < len(found.clips) < before


def test_what_daisees_levels_show() -> None:
    levels = {"Boredom": 2.0, "Engagement": 3.0, "Confusion": 2.0, "Frustration": 0.0}
    assert clear_state(levels) == "mixed"
    assert clear_state(levels | {"Boredom": 1.0}) == "confusion"
    assert clear_state(levels | {"Boredom": 0.0, "Confusion": 0.0}) == "engagement"
    assert clear_state(levels | {"Boredom": 0.0, "Confusion": 1.0}) == "mixed"


def test_own(shown: Footage, tmp_path: Path) -> None:
    corpus = read_corpus("own", look_alikes.write_own(tmp_path, shown))
    assert len(corpus.clips) == 18
    assert {clip.label for clip in corpus.clips} == {"confused", "curious", "none"}
    assert corpus.left_out == {BAD_ROW: 2, MISSING: 1}
    assert left_out_sentence(corpus.left_out).startswith("Left out: clips 2 whose row")


@pytest.mark.parametrize("name", READERS)
def test_a_folder_without_the_corpus_is_reported_in_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is no (raw )?copy|holds no labels"):
        read_corpus(name, tmp_path)
    with pytest.raises(DataError, match="is no folder"):
        read_corpus(name, tmp_path / "nowhere")


@pytest.mark.parametrize("name", READERS)
def test_a_copy_without_media_is_reported_with_counts(name: str, shown: Footage, tmp_path: Path) -> None:
    WRITERS[name](tmp_path, shown)
    for file in [*tmp_path.rglob("*.avi"), *tmp_path.rglob("*.mp4"), *tmp_path.rglob("*.wav")]:
        file.unlink()
    with pytest.raises(DataError, match=r"no clip that can be used \(\d+ .*media file is missing"):
        prepare(name, tmp_path, None)


def test_an_unknown_corpus_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no corpus 'ravdess'.*daisee"):
        read_corpus("ravdess", tmp_path)
