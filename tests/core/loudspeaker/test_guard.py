"""The guard in a room of noise: what is played is noise with the rhythm of speech, and so is the learner."""

import sys
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.buffers.ring import AudioRing
from core.buffers.voice_log import VoiceLog
from core.buffers.voice_stretch import VoiceStretch
from core.loudspeaker import HOLDS_S, LoudspeakerGuard
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

SECONDS = 6.0
LAG = 1600


class WholeVoiceLog(VoiceLog):
    """Keeps every stretch as it was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.logged: list[VoiceStretch] = []

    def add(self, stretch: VoiceStretch) -> None:
        super().add(stretch)
        self.logged.append(stretch)


def voice_like(seed: int, seconds: float = SECONDS) -> Samples:
    rng = np.random.default_rng(seed)
    size = round(seconds * SAMPLE_RATE_HZ)
    noise = np.convolve(rng.standard_normal(size + 8), np.hanning(8), "valid")[:size]
    rhythm = np.repeat(rng.uniform(0.0, 1.0, size // 1600 + 1) ** 2, 1600)[:size]
    return (0.05 * noise * rhythm).astype(np.float32)


def heard(played: Samples, lag: int = LAG) -> Samples:
    """What a microphone hears of it, in a room with a short echo."""
    response = np.random.default_rng(5).standard_normal(2000) * np.exp(-np.arange(2000) / 300)
    response[0] = 4.0
    return np.concatenate((np.zeros(lag), 0.2 * np.convolve(played, response)))[: played.size].astype(np.float32)


def hiss(size: int) -> Samples:
    return (3e-4 * np.random.default_rng(9).standard_normal(size)).astype(np.float32)


def run(
    microphone: Samples, reference: Samples, sizes: Iterator[int], late_s: float = -1.0
) -> tuple[Samples, list[VoiceStretch]]:
    """Feeds both in blocks; the reference arrives `late_s` after the microphone's sound of the same time."""
    ring, voices = AudioRing(10.0), WholeVoiceLog()
    ring.write(AudioBlock(-0.5, np.zeros(SAMPLE_RATE_HZ // 2, np.float32)))
    guard = LoudspeakerGuard(ring, voices)
    out, at, known = [np.zeros(0, np.float32)], 0, 0
    while at < microphone.size:
        block = microphone[at : at + next(sizes)]
        arrived = min(at + block.size - round(late_s * SAMPLE_RATE_HZ), reference.size)
        if arrived > known:
            ring.write(AudioBlock(known / SAMPLE_RATE_HZ, reference[known:arrived]))
            known = arrived
        out += [ready.samples for ready in guard.take(AudioBlock(at / SAMPLE_RATE_HZ, block))]
        at += block.size
        assert at - sum(part.size for part in out) <= HOLDS_S * SAMPLE_RATE_HZ
    out += [ready.samples for ready in guard.flush()]
    return np.concatenate(out), voices.logged


def always(size: int) -> Iterator[int]:
    while True:
        yield size


def share(stretches: list[VoiceStretch], speaker: str, start_s: float, end_s: float) -> float:
    """The share of [start_s, end_s) that is logged as the speaker's."""
    found = [
        min(stretch.end_s, end_s) - max(stretch.start_s, start_s)
        for stretch in stretches
        if stretch.speaker == speaker and stretch.start_s < end_s and stretch.end_s > start_s
    ]
    return sum(found) / (end_s - start_s)


def test_without_a_reference_every_block_passes_at_once() -> None:
    voices = WholeVoiceLog()
    guard = LoudspeakerGuard(AudioRing(10.0), voices)
    block = AudioBlock(3.0, voice_like(1), lost=12)
    assert guard.take(block) == [block]
    assert guard.flush() == []
    assert voices.logged == []


def test_a_silent_reference_changes_no_sample_and_logs_nothing() -> None:
    microphone = voice_like(1)
    out, logged = run(microphone, np.zeros_like(microphone), always(320))
    np.testing.assert_array_equal(out, microphone)
    assert logged == []


def test_what_the_computer_plays_is_cancelled_and_marked() -> None:
    played = voice_like(1)
    microphone = heard(played) + hiss(played.size)
    out, logged = run(microphone, played, always(320))
    assert share(logged, "computer", 4.0, 5.9) + share(logged, "nobody", 4.0, 5.9) > 0.97
    assert share(logged, "computer", 4.0, 5.9) > 0.5
    late = slice(4 * SAMPLE_RATE_HZ, None)
    assert np.square(out[late]).mean() < 0.01 * np.square(microphone[late]).mean()


def test_a_learner_after_the_computer_is_the_learner_and_unchanged() -> None:
    played = voice_like(1, 9.0)
    played[5 * SAMPLE_RATE_HZ :] = 0.0
    spoken = voice_like(2, 9.0)
    spoken[: 6 * SAMPLE_RATE_HZ] = 0.0
    microphone = heard(played) + spoken + hiss(played.size)
    out, logged = run(microphone, played, always(320))
    assert share(logged, "computer", 4.0, 5.0) > 0.5
    assert share(logged, "computer", 5.6, 9.0) == 0.0
    np.testing.assert_array_equal(out[6 * SAMPLE_RATE_HZ :], microphone[6 * SAMPLE_RATE_HZ :])


def test_with_headphones_nothing_is_changed_or_marked() -> None:
    microphone = voice_like(2) + hiss(round(SECONDS * SAMPLE_RATE_HZ))
    out, logged = run(microphone, voice_like(1), always(320))
    np.testing.assert_array_equal(out, microphone)
    assert {stretch.speaker for stretch in logged} == {"nobody", "learner"}


@pytest.mark.parametrize("late_s", [0.05, 0.1])
def test_a_reference_that_comes_late_is_waited_for(late_s: float) -> None:
    played = voice_like(1)
    microphone = heard(played) + hiss(played.size)
    out, expected = run(microphone, played, always(320), late_s)[0], run(microphone, played, always(320))[0]
    before_end = slice(None, -SAMPLE_RATE_HZ // 5)
    np.testing.assert_array_equal(out[before_end], expected[before_end])


def test_a_reference_that_stops_leaves_the_sound_unchanged() -> None:
    played = voice_like(1)[: 4 * SAMPLE_RATE_HZ]
    microphone = voice_like(2)
    microphone[: 4 * SAMPLE_RATE_HZ] = heard(played)
    out, _ = run(microphone, played, always(320))
    np.testing.assert_array_equal(out[5 * SAMPLE_RATE_HZ :], microphone[5 * SAMPLE_RATE_HZ :])


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=5))
def test_block_sizes_change_neither_sound_nor_verdicts(sizes: list[int]) -> None:
    played = voice_like(1, 3.0)
    microphone = heard(played) + hiss(played.size)
    expected, stretches = run(microphone, played, always(480))
    cycle = (sizes[place % len(sizes)] for place in range(10**9))
    out, logged = run_unbounded(microphone, played, cycle)
    np.testing.assert_array_equal(out, expected)
    assert logged == stretches


def run_unbounded(microphone: Samples, reference: Samples, sizes: Iterator[int]) -> tuple[Samples, list[VoiceStretch]]:
    """As `run`, with the whole reference there from the beginning."""
    ring, voices = AudioRing(10.0), WholeVoiceLog()
    ring.write(AudioBlock(0.0, reference))
    guard = LoudspeakerGuard(ring, voices)
    out, at = [], 0
    while at < microphone.size:
        block = microphone[at : at + next(sizes)]
        out += [ready.samples for ready in guard.take(AudioBlock(at / SAMPLE_RATE_HZ, block))]
        at += block.size
    out += [ready.samples for ready in guard.flush()]
    return np.concatenate(out), voices.logged


BROKEN = [np.nan, np.inf, -np.inf, 3e38]


@settings(max_examples=6, deadline=None, phases=(Phase.generate,))
@given(st.sampled_from(BROKEN), st.sampled_from(BROKEN), st.integers(0, SAMPLE_RATE_HZ // 2))
def test_a_broken_sample_while_cancelling_spoils_nothing_after_it(mine: float, played: float, place: int) -> None:
    reference = voice_like(1, 5.0)
    microphone = heard(reference) + hiss(reference.size)
    at = 3 * SAMPLE_RATE_HZ + place
    microphone[at] = mine
    broken = reference.copy()
    broken[at - LAG] = played
    out, logged = run(microphone, broken, always(320))
    assert np.isfinite(out).all()
    after = slice(4 * SAMPLE_RATE_HZ, None)
    assert np.square(out[after]).mean() < 0.05 * np.square(microphone[after]).mean()
    assert share(logged, "learner", 4.0, 4.9) < 0.05


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2500), st.sampled_from([0, 0, 7, 40_000]), st.sampled_from([0.0, 1.0, np.nan, -3.0])),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([0.0, 0.5, 3.0]),
)
def test_no_sample_is_dropped_or_made_up(blocks: list[tuple[int, int, float]], level: float) -> None:
    """Whatever comes: gaps, clipping, a constant, no number at all."""
    ring, voices = AudioRing(10.0), VoiceLog()
    ring.write(AudioBlock(0.0, np.full(10 * SAMPLE_RATE_HZ, level, np.float32)))
    guard = LoudspeakerGuard(ring, voices)
    ready, t_s, given_samples, given_lost = [], 0.0, 0, 0
    for size, lost, value in blocks:
        t_s += lost / SAMPLE_RATE_HZ
        ready += guard.take(AudioBlock(t_s, np.full(size, value, np.float32), lost))
        t_s += size / SAMPLE_RATE_HZ
        given_samples, given_lost = given_samples + size, given_lost + lost
    ready += guard.flush()
    assert sum(block.samples.size for block in ready) == given_samples
    assert sum(block.lost for block in ready) == given_lost
    assert all(block.samples.dtype == np.float32 for block in ready)
    end_s = 0.0
    for block in ready:
        assert block.t_s == pytest.approx(end_s + block.lost / SAMPLE_RATE_HZ, abs=1e-6)
        end_s = block.t_s + block.samples.size / SAMPLE_RATE_HZ


def test_a_reset_forgets_the_room() -> None:
    played = voice_like(1)
    ring, voices = AudioRing(10.0), WholeVoiceLog()
    ring.write(AudioBlock(0.0, played))
    guard = LoudspeakerGuard(ring, voices)
    guard.take(AudioBlock(0.0, heard(played)))
    guard.reset()
    assert guard.flush() == []
    voices.logged.clear()
    ring.clear()
    ring.write(AudioBlock(0.0, voice_like(1, 2.0)))
    guard.take(AudioBlock(0.0, voice_like(2, 2.0)))
    assert "computer" not in {stretch.speaker for stretch in voices.logged}


def test_memory_does_not_grow_with_time() -> None:
    played = voice_like(1, 2.0)
    microphone = heard(played) + hiss(played.size)
    ring = AudioRing(10.0)
    guard = LoudspeakerGuard(ring, VoiceLog())
    start_s = 0.0
    used = []
    tracemalloc.start()
    for _ in range(4):
        ring.write(AudioBlock(start_s, played))
        for at in range(0, played.size, 320):
            guard.take(AudioBlock(start_s + at / SAMPLE_RATE_HZ, microphone[at : at + 320]))
        start_s += played.size / SAMPLE_RATE_HZ
        used.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert used[-1] < used[1] + 100_000


def test_without_the_canceller_every_voice_is_the_learners_and_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    played, sentences = voice_like(1), []
    ring, voices = AudioRing(10.0), WholeVoiceLog()
    ring.write(AudioBlock(0.0, played))
    guard = LoudspeakerGuard(ring, voices, sentences.append)
    ready = [block for _ in range(2) for block in [*guard.take(AudioBlock(0.0, heard(played))), *guard.flush()]]
    assert sum(block.samples.size for block in ready) == 2 * played.size
    assert "computer" not in {stretch.speaker for stretch in voices.logged}
    assert len(sentences) == 1
    assert "use headphones" in sentences[0]
    assert "pywebrtc_audio cannot be loaded" in sentences[0]
