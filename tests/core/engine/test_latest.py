"""`Latest` holds the newest item, and a count by which a reader notices a new one."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from core.engine.history import Latest


@given(st.lists(st.integers()))
def test_the_newest_item_and_how_many_there_were(items):
    latest: Latest[int] = Latest()
    for item in items:
        latest.put(item)
    assert latest.peek() == (len(items), items[-1] if items else None)


def test_reading_does_not_remove_the_item():
    latest: Latest[str] = Latest()
    latest.put("a")
    assert latest.peek() == latest.peek() == (1, "a")


def test_items_put_by_several_threads_are_all_counted():
    latest: Latest[int] = Latest()
    writers = [threading.Thread(target=lambda: [latest.put(k) for k in range(1000)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert latest.peek() == (4000, 999)
