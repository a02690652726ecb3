"""Scraps of the computer's voice are its own; an answer is the learner's."""

import pytest

from core.buffers.voice_log import VoiceLog
from core.buffers.voice_stretch import VoiceStretch


def heard(*parts: tuple[str, float]) -> list[tuple[str, float]]:
    """Logs parts of (speaker, seconds) one after another; returns what the log then says, equal speakers joined."""
    log, t_s = VoiceLog(), 0.0
    for speaker, seconds in parts:
        log.add(VoiceStretch(t_s, t_s + seconds, speaker))  # type: ignore[arg-type]
        t_s += seconds
    joined: list[tuple[str, float]] = []
    for stretch in log.within(0.0, t_s):
        length_s = stretch.end_s - stretch.start_s
        if joined and joined[-1][0] == stretch.speaker:
            length_s += joined.pop()[1]
        joined.append((stretch.speaker, round(length_s, 6)))
    return joined


@pytest.mark.parametrize("other", ["learner", "both"])
def test_a_syllable_between_the_computers_is_the_computers(other: str) -> None:
    assert heard(("computer", 2.0), (other, 0.15), ("computer", 1.0)) == [("computer", 3.15)]


def test_an_answer_into_the_lecture_is_the_learners() -> None:
    parts = [("computer", 2.0), ("both", 0.1), ("computer", 0.06), ("learner", 0.15), ("computer", 1.0)]
    assert heard(*parts) == parts


def test_an_answer_counts_once_it_has_lasted() -> None:
    assert heard(("computer", 2.0), ("learner", 0.15)) == [("computer", 2.15)]
    assert heard(("computer", 2.0), ("learner", 0.4)) == [("computer", 2.0), ("learner", 0.4)]


def test_a_short_answer_after_the_lecture_is_the_learners() -> None:
    parts = [("computer", 2.0), ("nobody", 0.5), ("learner", 0.15), ("nobody", 1.5)]
    assert heard(*parts) == parts


def test_a_learner_who_speaks_first_stays_the_learner() -> None:
    parts = [("learner", 0.2), ("computer", 2.0), ("nobody", 1.5), ("learner", 0.2), ("nobody", 0.2)]
    assert heard(*parts) == parts


def test_a_part_of_the_log_is_told_as_the_whole() -> None:
    log = VoiceLog()
    log.add(VoiceStretch(0.0, 2.0, "computer"))
    log.add(VoiceStretch(2.0, 2.15, "learner"))
    log.add(VoiceStretch(2.15, 3.0, "computer"))
    assert [stretch.speaker for stretch in log.within(2.05, 2.1)] == ["computer"]
