"""The guard is raised for a second face and for an empty chair, and words spoken meanwhile are not stored."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.engine.bystander_guard import LOWER_AFTER_S, MARGIN_S, UNSEEN_AFTER_S, BystanderGuard, GuardReason
from core.types import FaceBox, Presence, Reason, Sighting, Word

BOX = FaceBox(10, 10, 80, 80, 0.9)


def sighting(t_s: float, faces: int) -> Sighting:
    reason = {0: Reason.NO_FACE, 1: None}.get(faces, Reason.SEVERAL_FACES)
    return Sighting(t_s, (640, 480), BOX if faces == 1 else None, faces, Presence(reason is None, 1.0, reason))


def watched(*stretches: tuple[float, int], step_s: float = 0.125) -> BystanderGuard:
    """A guard that has seen the given numbers of faces until the given times."""
    guard, t_s = BystanderGuard(), 0.0
    for until_s, faces in stretches:
        while t_s < until_s:
            guard.see(sighting(t_s, faces))
            t_s += step_s
    return guard


def word(start_s: float) -> Word:
    return Word("hello", start_s, start_s + 0.3)


def storable(guard: BystanderGuard, *starts_s: float) -> list[float]:
    return [one.start_s for one in guard.may_store(map(word, starts_s))]


def test_a_second_face_raises_it_at_once_and_lowers_it_late() -> None:
    assert watched((5, 1)).raised is GuardReason.DOWN
    assert watched((5, 1), (5.1, 2)).raised is GuardReason.SECOND_FACE
    assert watched((5, 1), (6, 2), (6 + LOWER_AFTER_S - 0.5, 1)).raised is GuardReason.SECOND_FACE
    assert watched((5, 1), (6, 2), (6 + LOWER_AFTER_S + 0.5, 1)).raised is GuardReason.DOWN


def test_looking_away_for_a_moment_does_not_raise_it() -> None:
    assert watched((5, 1), (5 + UNSEEN_AFTER_S - 0.5, 0)).raised is GuardReason.DOWN
    assert watched((5, 1), (5 + UNSEEN_AFTER_S + 0.5, 0)).raised is GuardReason.UNSEEN
    assert watched((5, 1), (9, 0), (9.2, 1)).raised is GuardReason.DOWN


def test_words_near_a_bystander_are_not_stored() -> None:
    guard = watched((10, 1), (12, 2), (30, 1))
    assert storable(guard, 2, 8, 9.5, 11, 14, 15.5, 20) == [2, 8, 20]


def test_words_spoken_to_an_empty_chair_are_not_stored() -> None:
    guard = watched((10, 1), (20, 0), (30, 1))
    assert storable(guard, 5, 9.9, 15, 25) == [5, 25]
    assert storable(watched((10, 1), (20, 0)), 5, 15, 25) == [5]  # still raised


def test_a_camera_that_shows_nothing_raises_it() -> None:
    guard = watched((10, 1))
    guard.see_nothing(11)
    assert guard.raised is GuardReason.DOWN
    guard.see_nothing(13)
    assert guard.raised is GuardReason.UNSEEN


def test_without_a_camera_words_are_stored() -> None:
    guard = BystanderGuard()
    assert guard.raised is GuardReason.DOWN
    assert storable(guard, 1, 2) == [1, 2]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=80), st.floats(0, 20))
def test_no_word_spoken_while_two_faces_were_seen_is_stored(faces: list[int], start_s: float) -> None:
    guard = BystanderGuard()
    for place, count in enumerate(faces):
        guard.see(sighting(place * 0.25, count))
    crowded = [place * 0.25 for place, count in enumerate(faces) if count > 1]
    spoken = word(start_s)
    if any(spoken.start_s - MARGIN_S < t_s < spoken.end_s + MARGIN_S for t_s in crowded):
        assert guard.may_store([spoken]) == []
