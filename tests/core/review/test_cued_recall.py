"""Recall cues: few, spread over the session, deterministic, and without the estimate."""

from itertools import pairwise

import pytest

from core.review.cued_recall import APART_S, cues
from core.review.state_stretches import stretches
from core.self_report.report_pairs import LOOK_BACK_S
from tests.support.stored_sessions import stored_session


@pytest.mark.parametrize("duration_s", [120.0, 600.0, 3600.0])
def test_cues_are_apart_and_the_same_each_time(duration_s: float):
    session = stored_session(duration_s)
    found = cues(session)
    assert found == cues(session)
    assert all(later.t_s - earlier.t_s >= APART_S for earlier, later in pairwise(found))


def test_an_hour_gives_all_kinds_from_all_of_it():
    found = cues(stored_session(3600.0), count=8)
    assert len(found) == 8
    assert {cue.why for cue in found} == {"change", "uncertain", "calm"}
    assert min(cue.t_s for cue in found) < 600
    assert max(cue.t_s for cue in found) > 3000
    assert any(cue.words for cue in found)
    assert any("Calculus" in cue.activity for cue in found)


def test_at_most_count_cues_and_none_for_an_empty_session():
    assert len(cues(stored_session(3600.0), count=3)) == 3
    assert cues(stored_session(3600.0), count=0) == ()
    assert cues(stored_session(0.0)) == ()


def test_the_seconds_before_a_cue_are_of_the_state_that_it_asks_about():
    session = stored_session(3600.0)
    held = stretches(session.steps, session.facts.hop_s)
    found = [cue for cue in cues(session, count=40) if cue.why == "change"]
    assert len(found) > 5
    for cue in found:
        of_it = next(one for one in held if one.start_s < cue.t_s <= one.end_s)
        assert of_it.state is not None
        assert cue.t_s == pytest.approx(min(of_it.start_s + LOOK_BACK_S, of_it.end_s))
