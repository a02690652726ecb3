"""A session without threads: windows, order, memory, absent modalities and live parity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.buffers.voice_log import VoiceStretch
from core.session.session import Session
from core.settings import WindowSettings
from core.speech.listener import Listener
from core.types import (
    MODALITIES,
    SAMPLE_RATE_HZ,
    AudioBlock,
    Chunk,
    Estimate,
    Reason,
    Sighting,
    VideoFrame,
    Window,
    Word,
)
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel, SmallPrepared, SmallRecognizer

SECONDS = 6
SOUND = np.random.default_rng(1).normal(0, 0.1, SECONDS * SAMPLE_RATE_HZ).astype(np.float32)


def new_session(**window: float) -> Session:
    return Session(SmallModel(), SmallFeatures(), SmallFinder(), WindowSettings(**window))


def frames(rate_hz: float = 25.0, seconds: float = SECONDS) -> list[VideoFrame]:
    rng = np.random.default_rng(2)
    return [
        VideoFrame(k / rate_hz, rng.integers(0, 255, (24, 32, 3), dtype=np.uint8))
        for k in range(int(seconds * rate_hz))
    ]


def blocks(size: int) -> list[AudioBlock]:
    return [AudioBlock(k / SAMPLE_RATE_HZ, SOUND[k : k + size]) for k in range(0, SOUND.size, size)]


def in_order(*streams: list[Chunk]) -> list[Chunk]:
    return sorted((chunk for stream in streams for chunk in stream), key=lambda chunk: chunk.t_s)


def run(session: Session, chunks: list[Chunk], ends_s: list[float] | None = None) -> list[Estimate]:
    """Feeds every chunk, and every word in step with the sound; steps once a chunk lies beyond the hop's end."""
    listener = Listener(SmallRecognizer(), session.intake.audio)
    due = list(ends_s if ends_s is not None else [session.grid.end_s(k) for k in range(1, 2 * SECONDS + 1)])
    made = []
    for chunk in chunks:
        while due and chunk.t_s >= due[0]:
            made.append(session.step(due.pop(0)))
        session.feed(chunk)
        while report := listener.next_report():
            session.add_words(report.final, report.partial, report.heard_s)
    return made + [session.step(end_s) for end_s in due]


def assert_same(left: list[Estimate], right: list[Estimate]) -> None:
    assert len(left) == len(right)
    for one, other in zip(left, right, strict=True):
        assert one.t_s == other.t_s
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
        np.testing.assert_array_equal(one.weights, other.weights)
        assert one.presence == other.presence
        assert one.words == other.words
        np.testing.assert_equal(one.since_word_s, other.since_word_s)
        assert one.abstains is other.abstains


REFERENCE = run(new_session(), in_order(frames(), blocks(1600)))


def test_every_hop_gives_one_estimate_on_the_grid():
    assert [made.t_s for made in REFERENCE] == [0.5 * k for k in range(1, 13)]
    assert all(made.state is not None for made in REFERENCE)


@settings(max_examples=20, deadline=None)
@given(size=st.integers(1, 40_000))
def test_chunk_size_does_not_matter(size):
    assert_same(run(new_session(), in_order(frames(), blocks(size))), REFERENCE)


def test_the_future_changes_nothing_in_the_past():
    session = new_session()
    for chunk in in_order(frames(), blocks(800)):
        session.feed(chunk)
    listener = Listener(SmallRecognizer(), session.intake.audio)
    while report := listener.next_report():
        session.add_words(report.final, report.partial, report.heard_s)
    # All input is there before the first step; each step uses only what lies before its own end.
    assert_same([session.step(made.t_s) for made in REFERENCE], REFERENCE)


def test_written_buffers_and_glances_between_steps_give_the_same_estimates():
    session, listener_made = new_session(), []
    listener = Listener(SmallRecognizer(), session.intake.audio)
    for chunk in in_order(frames(), blocks(1600)):
        while chunk.t_s >= session.next_end_s:
            listener_made.append(session.step(session.next_end_s))
        (session.intake.frames if isinstance(chunk, VideoFrame) else session.intake.audio).write(chunk)
        while report := listener.next_report():
            session.add_words(report.final, report.partial, report.heard_s)
        session.glance(chunk.t_s)
    listener_made.append(session.step(session.next_end_s))
    assert_same(listener_made, REFERENCE)


def test_a_run_that_skipped_hops_is_reproduced_from_its_hop_list():
    first = new_session()
    made = run(first, in_order(frames(), blocks(1600)), ends_s=[0.5, 1.0, 3.0, 3.5, 6.0])
    assert first.skipped == 12 - 5
    again = new_session()
    assert_same(run(again, in_order(frames(), blocks(333)), ends_s=[estimate.t_s for estimate in made]), made)
    assert again.skipped == first.skipped


def test_a_step_late_by_n_hops_skips_n():
    session = new_session()
    assert session.due_end_s(0.49) is None
    assert session.due_end_s(0.5) == 0.5
    assert session.due_end_s(2.2) == 2.0
    session.step(2.0)
    assert session.skipped == 3
    assert session.due_end_s(2.4) is None
    assert session.next_end_s == 2.5


def test_reset_clears_everything():
    session = new_session()
    run(session, in_order(frames(), blocks(1600)))
    session.reset()
    assert session.sighting is None
    assert_same(run(session, in_order(frames(), blocks(1600))), REFERENCE)


def test_a_reset_during_the_session_continues_the_grid_after_it():
    session = new_session()
    run(session, in_order(frames(), blocks(1600)))
    session.reset(start_s=6.2)
    assert session.next_end_s == 6.5
    made = session.step(6.5)
    assert made.abstains is Reason.NOTHING_PRESENT
    assert session.skipped == 0


def test_whose_words_wait_for_storing_is_known_after_a_reset_too():
    features = SeenWindows()
    session = Session(SmallModel(), features, SmallFinder(), WindowSettings())
    session.intake.voices.add(VoiceStretch(0.0, 6.2, "computer"))
    session.intake.lips.add(4.0, 6.0)
    session.reset(start_s=6.2)
    assert session.intake.voices.is_by_computer(Word("lecture", 5.0, 5.4))
    assert [word.doubt for word in session.intake.lips.doubted([Word("why", 5.0, 5.4)])] == [Reason.LIPS_STILL]
    session.step(6.5)
    assert features.windows[-1].computer_s == 0.0


def test_the_first_frame_of_each_slot_is_searched():
    finder = SmallFinder()
    session = Session(SmallModel(), SmallFeatures(), finder, WindowSettings())
    for frame in frames(rate_hz=30, seconds=1):
        session.feed(frame)
    assert finder.looked == pytest.approx([0, 4 / 30, 8 / 30, 12 / 30, 15 / 30, 19 / 30, 23 / 30, 27 / 30])


def test_every_frame_of_a_slow_camera_is_searched_once():
    finder = SmallFinder()
    session = Session(SmallModel(), SmallFeatures(), finder, WindowSettings())
    for frame in frames(rate_hz=3, seconds=2):
        session.feed(frame)
    assert len(finder.looked) == 6


def test_at_most_the_newest_crops_of_the_hop_are_used():
    seen = []

    class Watching(SmallFeatures):
        def prepare(self, window):
            seen.append([sighting.t_s for sighting in window.sightings])
            return super().prepare(window)

    session = Session(SmallModel(), Watching(), SmallFinder(), WindowSettings(hop_s=1.0, crops_per_hop=3))
    run(session, frames(rate_hz=8), ends_s=[1.0, 2.0])
    assert seen == [[0.625, 0.75, 0.875], [1.625, 1.75, 1.875]]


def test_with_nothing_present_the_estimate_abstains_with_the_reason():
    made = new_session().step(0.5)
    assert np.isnan(made.probabilities).all()
    assert (made.weights == 0).all()
    assert made.abstains is Reason.NOTHING_PRESENT
    assert made.state is None
    assert all(not made.presence[m].present and made.presence[m].reason for m in MODALITIES)


@pytest.mark.parametrize(("muted", "reason"), [(MODALITIES, Reason.MUTED), (MODALITIES[:2], Reason.NOTHING_PRESENT)])
def test_with_everything_muted_the_reason_is_muted(muted, reason):
    session = new_session()
    for modality in muted:
        session.availability.set(modality, "user", Reason.MUTED)
    assert session.step(0.5).abstains is reason


def test_weak_evidence_abstains_and_keeps_the_probabilities():
    session = Session(SmallModel(doubtful_below=1.1), SmallFeatures(), SmallFinder(), WindowSettings())
    made = run(session, in_order(frames(), blocks(1600)))[-1]
    assert made.abstains is Reason.WEAK_EVIDENCE
    assert made.state is None
    assert made.leading is not None


@pytest.mark.parametrize("modality", MODALITIES)
def test_the_content_of_an_unavailable_modality_changes_nothing(modality):
    session, other = new_session(), new_session()
    for each in (session, other):
        each.availability.set(modality, "user", Reason.MUTED)
    made = run(session, in_order(frames(), blocks(1600)))
    assert made[-1].presence[modality].reason is Reason.MUTED
    assert made[-1].weights[MODALITIES.index(modality)] == 0
    if modality == "visual":
        assert_same(run(other, blocks(1600)), made)
    session.availability.set(modality, "user", None)
    session.reset()
    assert_same(run(session, in_order(frames(), blocks(1600))), REFERENCE)


def test_words_leave_the_window_and_partial_words_are_replaced():
    session = new_session(words_s=2.0)
    session.add_words([Word("old", 0.0, 0.4)], [Word("ma", 0.5, 0.9, final=False)], heard_s=1.0)
    session.add_words([], [Word("maybe", 0.5, 1.2, final=False)], heard_s=1.4)
    texts = [[word.text for word in session.step(end_s).words] for end_s in (1.0, 1.5, 3.0, 3.5)]
    assert texts == [["old", "ma"], ["old", "maybe"], ["maybe"], []]


def test_the_estimate_keeps_the_newest_sighting_without_its_crop():
    made = REFERENCE[3]
    assert made.sighting is not None
    assert made.sighting.crop is None
    assert made.t_s - 0.125 <= made.sighting.t_s < made.t_s


GERMAN = [Word("aber", 0.1, 0.2), Word("warum", 0.2, 0.4)]
"""Letters a to z alone, as of an English word."""


@pytest.mark.parametrize(("language", "is_used"), [("en", True), (None, True), ("de", False), ("", False)])
def test_only_words_of_a_language_that_the_model_knows_are_evidence(language, is_used):
    session = new_session()
    session.intake.words.language = language
    session.add_words(GERMAN)
    made = session.step(0.5)
    assert made.presence["text"].present is is_used
    assert made.presence["text"].reason is (None if is_used else Reason.OTHER_LANGUAGE)
    assert bool(made.weights[2]) is is_used


def test_words_of_another_language_change_no_estimate():
    silent, speaking = new_session(), new_session()
    speaking.intake.words.language = "de"
    speaking.add_words(GERMAN)
    for session in (silent, speaking):
        session.feed(frames()[0])
    np.testing.assert_array_equal(silent.step(0.5).probabilities, speaking.step(0.5).probabilities)


def test_the_language_outlives_a_reset_and_yields_to_the_users_switch():
    session = new_session()
    session.intake.words.language = "de"
    session.reset()
    assert session.step(0.5).presence["text"].reason is Reason.OTHER_LANGUAGE
    session.availability.set("text", "user", Reason.MUTED)
    assert session.step(1.0).presence["text"].reason is Reason.MUTED


class MovingMouth(SmallFinder):
    """A finder whose face moves its lips from `from_s` on."""

    def __init__(self, from_s: float) -> None:
        super().__init__()
        self._from_s = from_s

    def look(self, frame: VideoFrame) -> Sighting:
        motion = 0.2 if frame.t_s >= self._from_s else 0.0
        return replace(super().look(frame), mouth_motion=motion if len(self.looked) > 1 else None)


class SeenWindows(SmallFeatures):
    """Small features that keep their windows."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def prepare(self, window: Window) -> SmallPrepared:
        self.windows.append(window)
        return super().prepare(window)


def voiced(seconds: float) -> list[AudioBlock]:
    t_s = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tones = sum(np.sin(2 * np.pi * 140 * k * t_s) / k for k in range(1, 20))
    sound = (0.1 * tones * (np.sin(2 * np.pi * 3 * t_s) > -0.5)).astype(np.float32)
    return [AudioBlock(k / SAMPLE_RATE_HZ, sound[k : k + 1600]) for k in range(0, sound.size, 1600)]


def lips_of(chunks: list[Chunk], from_s: float = 4.0) -> tuple[list[Window], list[Estimate]]:
    """Eight seconds of voice; the lips move from `from_s` on."""
    seen = SeenWindows()
    session = Session(SmallModel(), seen, MovingMouth(from_s), WindowSettings())
    session.add_words([Word("theirs", 1.0, 1.4), Word("mine", 5.0, 5.4)])
    return seen.windows, run(session, chunks, [0.5 * k for k in range(1, 17)])


def test_a_voice_while_the_lips_are_still_makes_words_doubtful_until_they_move():
    windows, made = lips_of(in_order(frames(seconds=8), voiced(8.0)))
    still = [window.end_s for window in windows if window.lips_still]
    assert still == [2.0, 2.5, 3.0, 3.5, 4.0, 4.5]
    doubts = [{word.text: word.doubt for word in one.words} for one in made]
    assert (doubts[2]["theirs"], doubts[3]["theirs"]) == (None, Reason.LIPS_STILL), "it takes two seconds to tell"
    assert (doubts[-1]["theirs"], doubts[-1]["mine"]) == (Reason.LIPS_STILL, None)
    assert made[3].mouth_motion == 0.0
    assert made[-1].mouth_motion == pytest.approx(0.2)


def test_no_verdict_on_lips_where_pictures_are_too_few_or_there_is_no_voice():
    few = in_order(frames(rate_hz=2.5, seconds=8), voiced(8.0))
    assert not any(window.lips_still for window in lips_of(few)[0])
    assert not any(window.lips_still for window in lips_of(frames(seconds=8))[0])
