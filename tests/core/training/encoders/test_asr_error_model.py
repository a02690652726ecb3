"""The recogniser's error model: really dictated, resumed when interrupted, and drawn at the requested rate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.speech.base import Recognizer
from core.speech.word_alignment import WordErrors, count_errors
from core.training.encoders.asr_error_data import Room, SynthesisVoice, any_room, any_voice, dictate, in_a_room, speak
from core.training.encoders.asr_error_model import (
    KEPT,
    AsrErrorModel,
    chosen_texts,
    fates_of,
    fit_error_model,
    open_error_model,
    open_moonshine,
)
from core.training.pack.data import Pack, TextItem
from core.training.pack.splits import Split

SENTENCES = ["how does this happen", "I want to find out more", "why does the moon do that"]
WORDS = ("this", "that", "proof", "matrix", "why", "is", "it", "so", "hard", "boring", "the", "a")
CLEAR, QUIET = SynthesisVoice("en-us+m5", 140, 55), Room(40.0)


def silent(what: str, done: int, total: int) -> None:
    """Discards progress reports."""


@pytest.fixture(scope="module")
def learnt() -> AsrErrorModel:
    """A recogniser that misrecognises rare words more than frequent ones, loses "a" and inserts "uh" after "so"."""
    pairs = [("this is the proof", "this is the roof"), ("why is it so hard", "why is it so uh hard")] * 5
    return fit_error_model(
        "by hand", [*pairs, ("a matrix is a matrix", "my tricks is matrix"), ("boring", "a boy ring"), ("it", "")]
    )


@pytest.fixture
def real_voice() -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (apt install espeak-ng)")


def texts_only(*items: TextItem) -> Pack:
    return Pack((), np.zeros((0, 48, 48), np.uint8), (), np.zeros((0, 32000), np.int16), items, "fingerprint")


def said_by_one(text: str, label: str = "Confused", split: Split = "train") -> TextItem:
    return TextItem("goemotions", text, frozenset(), label, None, split)


@pytest.fixture
def pack() -> Pack:
    return texts_only(
        said_by_one("How does this happen?", "Curious"),
        said_by_one("I want to find out more", "Curious"),
        said_by_one("This makes no sense at all"),
        said_by_one("not for the dictation", split="test"),
    )


@pytest.fixture(scope="module")
def moonshine() -> Iterator[Recognizer]:
    recognizer = open_moonshine()
    yield recognizer
    recognizer.close()


@pytest.mark.usefixtures("real_voice")
def test_moonshine_transcribes_the_synthetic_voice(moonshine: Recognizer) -> None:
    pairs = dictate(SENTENCES, CLEAR, QUIET, moonshine, np.random.default_rng(0))
    assert [spoken for spoken, _ in pairs] == SENTENCES
    assert all(recognized == recognized.lower().strip(".?!") for _, recognized in pairs), "as the model reads words"
    errors = [count_errors(spoken.lower().split(), recognized.split()) for spoken, recognized in pairs]
    assert sum(errors, WordErrors()).rate <= 3 / 17, pairs


def test_voices_and_rooms_vary() -> None:
    rng = np.random.default_rng(2)
    voices, rooms = zip(*((any_voice(rng), any_room(rng)) for _ in range(200)), strict=True)
    assert len({voice.voice for voice in voices}) > 10
    for mark in ("echoing", "through_a_band", "telephone"):
        assert 5 < sum(getattr(room, mark) for room in rooms) < 120, mark


@pytest.mark.parametrize("room", [Room(8.0), Room(40.0, echoing=True), Room(40.0, through_a_band=True),
                                  Room(40.0, telephone=True)])  # fmt: skip
def test_each_room_changes_the_sound(room: Room) -> None:
    tone = np.sin(np.arange(16000) * 0.9).astype(np.float32)
    quiet, changed = (in_a_room(tone, one, np.random.default_rng(1)) for one in (Room(40.0), room))
    assert quiet.size == changed.size > tone.size
    assert np.abs(quiet - changed).max() > 0.01


@pytest.mark.usefixtures("real_voice")
def test_an_interrupted_dictation_resumes(tmp_path: Path) -> None:
    """A speaker has 20 texts; the second one was interrupted at the first text, and repeats it."""
    file = tmp_path / "misheard.json"
    pack = texts_only(*(said_by_one(f"that makes no sense {word}") for word in (*"abcdefghijklmnopqrstu", "now")))
    before = [[spoken, "so heard before"] for spoken in chosen_texts(pack, 21)]
    file.write_text(json.dumps({"pack": pack.fingerprint, "recognizer": "Moonshine tiny-en", "pairs": before}))
    seen: list[int] = []
    model = open_error_model(pack, file, lambda what, done, total: seen.append(done))
    assert seen == [22]
    pairs = json.loads(file.read_text())["pairs"]
    assert pairs[:20] == before[:20]
    assert "so heard before" not in [recognized for _, recognized in pairs[20:]]
    assert open_error_model(pack, file, lambda *_: seen.append(0)).to_json() == model.to_json()
    assert seen == [22]


@pytest.mark.parametrize("of", [{"pack": "another", "recognizer": "Moonshine tiny-en"}, {"pack": "fingerprint"}])
def test_a_dictation_of_another_pack_or_recogniser_is_ignored(
    of: dict[str, str], pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "misheard.json"
    file.write_text(json.dumps({**of, "pairs": [["this makes no sense at all", "so heard before"]]}))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="espeak-ng"):
        open_error_model(pack, file, silent)


def test_an_invalid_cache_file_is_reported(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "misheard.json"
    file.write_text("[1]")
    with pytest.raises(DataError, match="is not a dictation"):
        open_error_model(pack, file, silent, count=3)


def test_without_espeak_the_error_names_the_install_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="apt install espeak-ng"):
        speak("hello", CLEAR)


@pytest.mark.usefixtures("real_voice")
def test_a_failing_espeak_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ESPEAK_DATA_PATH", str(tmp_path))
    with pytest.raises(DataError, match="espeak-ng cannot speak"):
        speak("hello", CLEAR)


def test_training_texts_are_dictated_as_spoken_and_the_classes_in_turn(pack: Pack) -> None:
    texts = chosen_texts(pack, 50)
    assert set(texts) == {"how does this happen", "i want to find out more", "this makes no sense at all"}
    assert texts[0] == "this makes no sense at all"
    assert chosen_texts(pack, 2) == texts[:2]


@pytest.mark.parametrize("text", ["[NAME] is lost here", "see http://x.y for it", "@you are right there", "too short"])
def test_marks_addresses_and_very_short_texts_are_not_dictated(text: str) -> None:
    with pytest.raises(DataError, match="no training texts"):
        chosen_texts(texts_only(said_by_one(text)), 10)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3, 0.6])
def test_the_mean_word_error_rate_is_the_requested_one(learnt: AsrErrorModel, rate: float) -> None:
    rng = np.random.default_rng(4)
    errors = WordErrors()
    for _ in range(1500):
        spoken = [WORDS[place] for place in rng.integers(len(WORDS), size=rng.integers(1, 12))]
        errors += count_errors(spoken, learnt.with_errors(" ".join(spoken), rng, rate).split())
    assert errors.rate == pytest.approx(rate, rel=0.08)


def test_errors_follow_the_fitted_ones(learnt: AsrErrorModel) -> None:
    rng = np.random.default_rng(5)
    recognized = [learnt.with_errors("this is the proof", rng, 0.25) for _ in range(600)]
    assert sum("roof" in text.split() for text in recognized) > 200, "the word that was misheard is misheard again"
    assert sum("proof" not in text.split() for text in recognized) > sum(
        "is" not in text.split() for text in recognized
    )
    unknown = {learnt.with_errors("eigenvalue", rng, 1.0) for _ in range(100)}
    assert len(unknown) > 5, "of words that were never said nothing is known"


def test_the_same_seed_gives_the_same_errors(learnt: AsrErrorModel) -> None:
    one, two = (learnt.with_errors("why is the proof so hard", np.random.default_rng(6), 0.5) for _ in range(2))
    assert one == two


def test_an_error_model_survives_its_file(learnt: AsrErrorModel) -> None:
    again = AsrErrorModel.from_json(json.loads(json.dumps(learnt.to_json())))
    assert (again.recognizer, again.rates(), again.to_json()) == ("by hand", learnt.rates(), learnt.to_json())
    assert "roof" in {again.with_errors("proof", np.random.default_rng(seed), 1.0) for seed in range(20)}


@pytest.mark.parametrize("table", [{}, {"fates": 1}, {"recognizer": "a", "fates": {"a": [1]}}])
def test_an_invalid_error_model_is_reported(table: dict[str, object]) -> None:
    with pytest.raises(DataError, match="Make it again"):
        AsrErrorModel.from_json(table)


def test_rates_count_each_kind() -> None:
    found = fit_error_model("one", [("one two three four", "one too four five")]).rates()
    assert found == pytest.approx(
        {"word_error_rate": 0.75, "substitutions": 0.25, "deletions": 0.25, "insertions": 0.25}
    )


def test_a_recogniser_without_output_is_reported() -> None:
    with pytest.raises(DataError, match="hardly a word"):
        fit_error_model("one", [("one two three", "")])


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS)), st.lists(st.sampled_from(WORDS)))
def test_alignment_accounts_for_every_word(spoken: list[str], recognized: list[str]) -> None:
    steps = list(fates_of(spoken, recognized))
    assert [word for word, fate, _ in steps if fate in (0, 1, 2)] == spoken
    if spoken:
        assert [instead for _, _, instead in steps if instead] == recognized
    assert all(word == instead for word, fate, instead in steps if fate == KEPT)


@settings(deadline=None)
@given(st.text(max_size=40), st.floats(0, 1))
def test_any_text_can_get_errors(learnt: AsrErrorModel, text: str, rate: float) -> None:
    words = len(text.split())
    assert len(learnt.with_errors(text, np.random.default_rng(7), rate).split()) <= 2 * words
