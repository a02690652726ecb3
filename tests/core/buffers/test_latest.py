"""The shelf: always the newest item, and a count that tells news from what was seen."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from core.engine.history import Latest


@given(st.lists(st.integers()))
def test_the_newest_item_and_how_many_there_were(items):
    shelf: Latest[int] = Latest()
    for item in items:
        shelf.put(item)
    assert shelf.peek() == (len(items), items[-1] if items else None)


def test_looking_takes_nothing_away():
    shelf: Latest[str] = Latest()
    shelf.put("a")
    assert shelf.peek() == shelf.peek() == (1, "a")


def test_nothing_put_by_several_threads_goes_uncounted():
    shelf: Latest[int] = Latest()
    writers = [threading.Thread(target=lambda: [shelf.put(k) for k in range(1000)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert shelf.peek() == (4000, 999)
