import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.buffers.voice_log import VoiceLog
from core.buffers.voice_stretch import VoiceStretch
from core.session.session import Session, without_computer
from core.settings import WindowSettings
from core.types import SAMPLE_RATE_HZ, Speaker, Window, Word
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel

SPEAKERS: tuple[Speaker, ...] = ("nobody", "learner", "computer", "both")


def logged(*speakers: Speaker, each_s: float = 1.0) -> VoiceLog:
    log = VoiceLog()
    for place, speaker in enumerate(speakers):
        log.add(VoiceStretch(place * each_s, (place + 1) * each_s, speaker))
    return log


@given(st.lists(st.sampled_from(SPEAKERS), max_size=12), st.floats(-1, 13), st.floats(0, 5))
def test_every_moment_keeps_its_speaker(speakers: list[Speaker], start_s: float, length_s: float) -> None:
    found = logged(*speakers).within(start_s, start_s + length_s)
    covered_s = sum(stretch.end_s - stretch.start_s for stretch in found)
    known_s = max(min(start_s + length_s, len(speakers)) - max(start_s, 0.0), 0.0)
    assert abs(covered_s - known_s) < 1e-6
    for stretch in found:
        middle_s = (stretch.start_s + stretch.end_s) / 2
        assert stretch.speaker == speakers[int(stretch.start_s + 1e-9)] == speakers[int(middle_s)]


def test_a_word_belongs_to_whoever_spoke_for_most_of_it() -> None:
    log = logged("nobody", "computer", "learner", "both")
    assert log.speaker(0.5, 1.4) == "computer"
    assert log.speaker(1.8, 2.6) == "learner"
    assert log.speaker(0.0, 0.9) == log.speaker(8.0, 9.0) == "nobody"


def test_a_word_is_the_computers_only_if_it_alone_spoke_for_more_than_half_of_it() -> None:
    log = logged(*["computer"] * 4, *["learner"] * 3, *["both"] * 3, each_s=0.1)
    assert log.speaker(0.0, 1.0) in ("learner", "both")
    assert not log.is_by_computer(Word("curious", 0.15, 0.85))
    assert log.speaker(0.0, 0.75) == "computer"
    assert log.is_by_computer(Word("curious", 0.15, 0.6))


def test_sound_is_silenced_only_where_the_computer_alone_spoke() -> None:
    window = Window(3.0, (), np.ones(2 * SAMPLE_RATE_HZ, np.float32), ())
    by_computer = logged("computer", "both", "computer", each_s=0.75).by_computer(1.0, 3.0)
    cut = without_computer(window, by_computer, audio_s=2.0)
    silent = np.flatnonzero(cut.audio == 0.0) / SAMPLE_RATE_HZ + 1.0
    assert (silent.min(), round(silent.max(), 3)) == (1.5, 2.25)
    assert cut.computer_s == 0.75
    assert window.audio.all()


def test_a_short_word_belongs_to_whoever_spoke_around_it() -> None:
    log = logged("computer", "nobody", "computer", "nobody", "nobody", *["learner"] * 4, each_s=0.1)
    assert log.is_by_computer(Word("so", 0.12, 0.18))
    assert not log.is_by_computer(Word("so", 0.45, 0.55))


def test_a_word_that_turns_out_to_be_the_computers_leaves_the_window() -> None:
    session = Session(SmallModel(), SmallFeatures(), SmallFinder(), WindowSettings())
    session.add_words([Word("mine", 0.0, 0.3)], [Word("lecture", 0.6, 0.9)], 0.9)
    assert [word.text for word in session.step(1.0).words] == ["mine", "lecture"]
    session.intake.voices.add(VoiceStretch(0.4, 1.2, "computer"))
    assert [word.text for word in session.step(1.5).words] == ["mine"]
