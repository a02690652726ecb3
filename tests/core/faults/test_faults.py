"""Each fault has its documented effect, on a copy, and keeps time, sizes and continuity."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.buffers.ring import AudioRing
from core.faults import NONE, FaultInjector, Faults
from core.faults.sound import pink_loop
from core.synthetic.voice import load_sentences
from core.types import SAMPLE_RATE_HZ, AudioBlock, VideoFrame, Word

RNG = np.random.default_rng(3)
PICTURE = RNG.integers(0, 255, (120, 160, 3), dtype=np.uint8)
PICTURE.setflags(write=False)
SAID = ("so", "why", "does", "the", "limit")
SHARES = st.floats(0.0, 1.0)
EVERY_FAULT = st.builds(
    Faults,
    blur=SHARES,
    darkness=SHARES,
    occlusion=SHARES,
    drop_frames=SHARES,
    noise_snr_db=st.none() | st.floats(-10.0, 30.0),
    mute=st.booleans(),
    delay_s=st.floats(0.0, 2.0),
    garble_words=SHARES,
)


def injector(**faults) -> FaultInjector:
    result = FaultInjector()
    result.set(Faults(**faults))
    return result


def blocks(samples: np.ndarray, size: int = 800) -> list[AudioBlock]:
    pieces = [samples[k : k + size] for k in range(0, samples.size, size)]
    return [AudioBlock(k * size / SAMPLE_RATE_HZ, piece) for k, piece in enumerate(pieces)]


def heard(through: FaultInjector, samples: np.ndarray) -> np.ndarray:
    return np.concatenate([through.take(block).samples for block in blocks(samples)])


def mean_square(samples: np.ndarray) -> float:
    return float(np.square(samples, dtype=np.float64).mean())


def detail(rgb: np.ndarray) -> float:
    return float(np.abs(np.diff(rgb.astype(int), axis=1)).mean())


def speech(seconds: float, level: float = 0.05) -> np.ndarray:
    """The demo's real sentences one after the other, at this root mean square."""
    said = np.concatenate([sentence.samples for sentence in load_sentences()])
    said = np.resize(said, round(seconds * SAMPLE_RATE_HZ)).astype(np.float32)
    return (said * level / np.sqrt(mean_square(said))).astype(np.float32)


def test_without_faults_the_same_objects_are_returned() -> None:
    through = FaultInjector()
    frame, block = VideoFrame(1.0, PICTURE), AudioBlock(1.0, speech(0.1))
    words = (Word("limit", 1.0, 1.2),)
    assert through.take(frame) is frame
    assert through.take(block) is block
    assert through.garble(words) == words


@settings(max_examples=60, deadline=None)
@given(faults=EVERY_FAULT, size=st.integers(1, 3000), lost=st.integers(0, 40_000))
def test_time_size_and_kind_stay_and_inputs_are_not_written_to(faults: Faults, size: int, lost: int) -> None:
    through = FaultInjector()
    through.set(faults)
    samples = RNG.uniform(-1, 1, size).astype(np.float32)
    samples.setflags(write=False)
    block = through.take(AudioBlock(7.5, samples, lost))
    assert (block.t_s, block.lost, block.samples.shape, block.samples.dtype) == (7.5, lost, (size,), np.float32)
    assert np.abs(block.samples).max() <= 1
    frame = through.take(VideoFrame(7.5, PICTURE))
    assert frame is None or (frame.t_s, frame.rgb.shape, frame.rgb.dtype) == (7.5, PICTURE.shape, np.uint8)


@given(faults=EVERY_FAULT)
def test_every_active_fault_has_one_sentence(faults: Faults) -> None:
    on = sum(getattr(faults, name) != getattr(NONE, name) for name in faults.__slots__)
    assert len(faults.words()) == on
    assert faults.any == (on > 0)
    assert all(sentence.endswith(".") for sentence in faults.words())


def test_blur_removes_more_detail_with_strength() -> None:
    left = [detail(injector(blur=blur).take(VideoFrame(0.0, PICTURE)).rgb) for blur in (0.0, 0.05, 0.5, 1.0)]
    assert all(more > less for more, less in pairwise(left))


def test_darkness_removes_its_share_of_the_light() -> None:
    dark = injector(darkness=0.75).take(VideoFrame(0.0, PICTURE)).rgb
    assert dark.mean() == pytest.approx(PICTURE.mean() / 4, rel=0.02)


def test_the_bar_covers_its_share_of_the_width() -> None:
    rgb = injector(occlusion=0.4).take(VideoFrame(0.0, PICTURE)).rgb
    columns = np.flatnonzero((rgb != PICTURE).any(axis=(0, 2)))
    assert (columns[0], columns[-1]) == (48, 111)


@given(share=st.sampled_from([0.1, 0.5, 0.9, 1.0]))
@settings(max_examples=4)
def test_the_given_share_of_frames_is_dropped(share: float) -> None:
    through = injector(drop_frames=share)
    came = [through.take(VideoFrame(k / 30, PICTURE)) for k in range(3000)]
    assert sum(frame is None for frame in came) / 3000 == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("snr_db", [30.0, 10.0, 0.0, -10.0])
@pytest.mark.parametrize("level", [0.01, 0.03, 0.08])
def test_noise_reaches_the_given_ratio_to_speech_within_a_decibel(snr_db: float, level: float) -> None:
    voice = speech(12.0, level)
    loud = voice.reshape(-1, 320)
    powers = np.square(loud, dtype=np.float64).mean(axis=1)
    active = powers[powers > 0.04 * powers.max()].mean()
    mixed = heard(injector(noise_snr_db=snr_db), voice)[6 * SAMPLE_RATE_HZ :]
    clean = voice[6 * SAMPLE_RATE_HZ :]
    gain = float(mixed @ clean / (clean @ clean))  # both are attenuated together where they would clip
    noise = mean_square(mixed - gain * clean)
    assert 10 * np.log10(gain**2 * active / noise) == pytest.approx(snr_db, abs=1.0)
    assert (np.abs(mixed) >= 1.0).mean() < 1e-3


def test_noise_continues_through_pauses_and_before_the_first_word() -> None:
    through = injector(noise_snr_db=0.0)
    before = heard(through, np.zeros(SAMPLE_RATE_HZ, dtype=np.float32))
    heard(through, speech(3.0))
    after = heard(through, np.zeros(SAMPLE_RATE_HZ, dtype=np.float32))
    assert mean_square(before) > 1e-5
    assert mean_square(after) == pytest.approx(0.05**2, rel=1.0)


def test_noise_loops_without_a_seam_and_is_reproducible() -> None:
    loop = pink_loop()
    assert mean_square(loop) == pytest.approx(1.0, abs=1e-3)
    assert abs(loop[0] - loop[-1]) < 5 * np.abs(np.diff(loop)).mean()
    quiet = np.zeros(9 * SAMPLE_RATE_HZ, dtype=np.float32)
    one, other = (heard(injector(noise_snr_db=5.0), quiet) for _ in range(2))
    assert np.array_equal(one, other)


def test_a_muted_microphone_gives_exact_zeros_even_with_noise() -> None:
    assert not heard(injector(mute=True, noise_snr_db=0.0), speech(0.5)).any()


@given(delay_s=st.floats(0.01, 2.0), size=st.integers(100, 5000))
@settings(max_examples=25, deadline=None)
def test_delayed_sound_is_the_same_sound_later(delay_s: float, size: int) -> None:
    through = injector(delay_s=delay_s)
    samples = RNG.uniform(-1, 1, 4 * SAMPLE_RATE_HZ).astype(np.float32)
    late = np.concatenate([through.take(block).samples for block in blocks(samples, size)])
    shift = round(delay_s * SAMPLE_RATE_HZ)
    assert not late[:shift].any()
    assert np.array_equal(late[shift:], samples[: samples.size - shift])


def test_lost_samples_pass_through_the_delay_as_silence() -> None:
    through, ring = injector(delay_s=0.1), AudioRing(2.0)
    ones = np.ones(1600, dtype=np.float32)
    for block in (AudioBlock(0.0, ones), AudioBlock(0.2, ones, lost=1600), AudioBlock(0.3, ones)):
        ring.write(through.take(block))
    # The ring holds silence for the lost samples; after it comes the sound of 0.1 s before: that silence, then sound.
    assert ring.written == 6400
    assert np.array_equal(ring.read(4800).samples, ones)
    assert not ring.read(0, 4800).samples.any()


def test_a_delay_that_begins_later_begins_with_earlier_sound() -> None:
    through = FaultInjector()
    samples = RNG.uniform(-1, 1, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    heard(through, samples[:SAMPLE_RATE_HZ])
    through.set(Faults(delay_s=0.5))
    late = heard(through, samples[SAMPLE_RATE_HZ:])
    half = SAMPLE_RATE_HZ // 2
    assert np.array_equal(late, samples[half : half + SAMPLE_RATE_HZ])


def test_cleared_sound_does_not_return() -> None:
    through = injector(delay_s=1.0)
    heard(through, speech(1.0))
    through.forget()
    sound = speech(2.0)
    half = sound.size // 2
    assert not heard(through, sound[:half]).any()
    np.testing.assert_array_equal(heard(through, sound[half:]), sound[:half])  # the delay stays on


@given(share=st.sampled_from([0.0, 0.3, 0.7, 1.0]))
def test_the_given_share_of_words_is_garbled(share: float) -> None:
    said = [Word(f"word{k % 97}", k * 0.4, k * 0.4 + 0.3) for k in range(2000)]
    through = injector(garble_words=share)
    came = {word.start_s: word for word in through.garble(said)}
    wrong = sum(came.get(word.start_s) is not word for word in said)
    lost = len(said) - len(came)
    assert wrong / len(said) == pytest.approx(share, abs=0.05)
    assert lost / len(said) == pytest.approx(share / 4, abs=0.03)
    assert all((came[w.start_s].end_s, came[w.start_s].final) == (w.end_s, True) for w in said if w.start_s in came)


def test_a_word_has_the_same_fault_at_every_report() -> None:
    said = [Word(text, k * 0.4, k * 0.4 + 0.3, final=False) for k, text in enumerate(SAID)]
    through = injector(garble_words=0.6)
    assert through.garble(said) == through.garble(said)
    assert [w.text for w in through.garble(said)] != [w.text for w in said]


def test_faults_can_be_switched_off() -> None:
    through = injector(blur=1.0, mute=True)
    through.set(NONE)
    frame = VideoFrame(0.0, PICTURE)
    assert through.take(frame) is frame
