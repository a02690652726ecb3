"""Summary of a session: what counts as time, as a change and as a transition."""

from dataclasses import replace

import numpy as np
import pytest

from core.review.state_stretches import names, stretches
from core.review.summary import summarise
from core.step_columns import NO_REASON, REASONS
from core.store.stored_session import StoredSession
from core.types import STATES, Activity, Reason, TranscriptWord, Word
from tests.support.stored_sessions import HOP_S, stored_session

WEAK = REASONS.index(Reason.WEAK_EVIDENCE)


def session_of(pattern: str, t_s: list[float] | None = None) -> StoredSession:
    """One letter per step: B, F, O for Confused, C for Curious, '-' weak evidence, '.' nothing present."""
    letters = {"O": 0, "C": 1, "B": 2, "F": 3}
    session = stored_session(120.0)
    steps = replace(session.steps, **{name: getattr(session.steps, name)[: len(pattern)] for name in FIELDS})
    probabilities = np.full((len(pattern), 4), 0.1, np.float32)
    for place, letter in enumerate(pattern):
        probabilities[place, letters.get(letter, 0)] = 0.7 if letter in letters else 0.1
    probabilities[[letter == "." for letter in pattern]] = np.nan
    abstains = [
        NO_REASON if x in letters else REASONS.index(Reason.NOTHING_PRESENT) if x == "." else WEAK for x in pattern
    ]
    present = np.repeat(np.array([letter != "." for letter in pattern])[:, None], 3, axis=1)
    ends_s = np.array(t_s) if t_s is not None else HOP_S * np.arange(1, len(pattern) + 1)
    steps = replace(
        steps, t_s=ends_s, probabilities=probabilities, abstains=np.array(abstains, np.int8), present=present
    )
    return replace(session, steps=steps, transcript=(), activities=())


FIELDS = tuple(stored_session(60.0).steps.__slots__)


def test_seconds_are_steps_and_reasons_are_kept():
    found = summarise(session_of("OOOCC--."))
    assert found.seconds == {"Confused": 1.5, "Curious": 1.0, "Bored": 0.0, "Frustrated": 0.0}
    assert found.undecided == {Reason.WEAK_EVIDENCE: 1.0, Reason.NOTHING_PRESENT: 0.5}
    assert (found.estimated_s, found.undecided_s, found.undecided_share) == (4.0, 1.5, 0.375)


def test_a_change_counts_when_it_holds_for_two_steps():
    found = summarise(session_of("OOOCOOCC"))
    assert [(change.t_s, change.before, change.after) for change in found.changes] == [(3.5, "Confused", "Curious")]
    assert [(one.state, one.seconds) for one in found.stretches] == [("Confused", 3.0), ("Curious", 1.0)]


def test_transitions_bridge_undecided_time():
    found = summarise(session_of("OO--OOCC--BBCC"))
    expected = np.zeros((4, 4), int)
    for before, after in (
        ("Confused", "Confused"),
        ("Confused", "Curious"),
        ("Curious", "Bored"),
        ("Bored", "Curious"),
    ):
        expected[STATES.index(before), STATES.index(after)] += 1
    np.testing.assert_array_equal(found.transitions, expected)


def test_skipped_hops_and_pauses_are_never_time():
    found = summarise(session_of("OOOOCC", [0.5, 1.0, 2.0, 2.5, 30.0, 30.5]))
    assert found.estimated_s == 3.0
    assert [(one.start_s, one.end_s, one.seconds) for one in found.stretches] == [(0.0, 2.5, 2.0), (29.5, 30.5, 1.0)]
    assert found.changes == ()
    assert found.transitions.sum() == 0
    assert found.longest is not None
    assert found.longest.state == "Confused"


@pytest.mark.parametrize("text", ["", "Calculus"])
def test_a_change_has_its_words_and_activity(text: str):
    session = replace(
        session_of("O" * 30 + "C" * 30),
        transcript=tuple(
            map(
                TranscriptWord,
                (Word("early", 9.0, 9.5), Word("why", 11.0, 11.2), Word("now", 20.4, 20.6), Word("late", 20.6, 20.9)),
            )
        ),
        activities=(Activity(0.0, "task", "Calculus"), Activity(5.0, "focus", text), Activity(15.0, "note", "aha")),
    )
    (change,) = summarise(session).changes
    assert (change.t_s, change.words, change.activity) == (15.5, "why now", "Calculus · focus")


def test_presence_and_weights_are_means_over_steps():
    session = stored_session(300.0)
    found, steps = summarise(session), session.steps
    assert found.presence["visual"] == pytest.approx(steps.present[:, 1].mean())
    assert sum(weight or 0.0 for weight in found.weights.values()) == pytest.approx(1.0, abs=1e-5)
    assert sum(found.seconds.values()) + found.undecided_s == pytest.approx(len(steps) * HOP_S)
    assert sum(one.seconds for one in found.stretches) == pytest.approx(len(steps) * HOP_S)


def test_an_empty_session_has_no_figures():
    found = summarise(session_of(""))
    assert (found.estimated_s, found.undecided_share, found.longest, found.changes) == (0.0, 0.0, None, ())
    assert set(found.weights.values()) == {None}


def test_names_of_steps_are_those_of_estimates():
    steps = session_of("O-.C").steps
    assert names(steps).tolist() == [0, -1, -1, 1]
    assert [one.state for one in stretches(steps, HOP_S)] == ["Confused", None]
