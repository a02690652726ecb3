"""Activities as blocks: ordered, without overlaps, with gaps for idle time, notes separate."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.focus.activity_blocks import LASTING, ActivityBlock, blocks, doing_at, notes
from core.types import Activity

DAY = (
    Activity(0.0, "task", "Sheet 4"),
    Activity(10.0, "focus", "Sheet 4"),
    Activity(20.0, "note", "clicked"),
    Activity(60.0, "break"),
    Activity(70.0, "idle"),
    Activity(90.0, "focus", "Sheet 5"),
    Activity(95.0, "nudge", "A break may be due."),
)
kinds = st.sampled_from([*LASTING, "note", "nudge"])
anything = st.lists(st.builds(Activity, st.floats(0, 1000), kinds, st.text(max_size=3)), max_size=20)


def test_blocks_of_a_day():
    assert blocks(DAY, 100.0) == (
        ActivityBlock(0.0, 10.0, "task", "Sheet 4"),
        ActivityBlock(10.0, 60.0, "focus", "Sheet 4"),
        ActivityBlock(60.0, 70.0, "break", ""),
        ActivityBlock(90.0, 100.0, "focus", "Sheet 5"),
    )
    assert blocks(DAY, 30.0)[-1] == ActivityBlock(10.0, 30.0, "focus", "Sheet 4")
    assert [note.text for note in notes(DAY)] == ["clicked", "A break may be due."]


def test_the_activity_at_a_moment():
    assert doing_at(DAY, -1.0) is None
    assert doing_at(DAY, 25.0) == DAY[1], "a note ends nothing"
    assert doing_at(DAY, 75.0) == DAY[4]
    assert doing_at(DAY, 90.0) == DAY[5]


@given(anything, st.floats(0, 1200))
def test_blocks_are_ordered_and_match_the_activities(activities, end_s):
    found = blocks(activities, end_s)
    edges = [edge for block in found for edge in (block.start_s, block.end_s)]
    assert edges == sorted(edges)
    assert all(block.start_s < block.end_s <= end_s for block in found)
    for block in found:
        doing = doing_at(activities, (block.start_s + block.end_s) / 2)
        assert doing is not None
        assert (doing.kind, doing.text) == (block.kind, block.text)
    assert len(notes(activities)) == sum(activity.kind not in LASTING for activity in activities)
