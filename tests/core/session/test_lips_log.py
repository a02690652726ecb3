"""Words said while the lips were still are doubtful."""

from __future__ import annotations

from core.session.lips_log import LipsLog
from core.types import Reason, Word


def word(start_s: float, end_s: float) -> Word:
    return Word("why", start_s, end_s)


def test_words_are_doubtful_from_half_of_their_time_on() -> None:
    log = LipsLog()
    log.add(1.0, 2.5)
    log.add(1.5, 3.0)
    log.add(8.0, 9.0)
    said = [word(0.5, 1.2), word(0.9, 1.3), word(2.4, 2.8), word(2.9, 3.4), word(5.0, 5.5), word(8.5, 9.4)]
    assert [one.doubt for one in log.doubted(said)] == [
        None, Reason.LIPS_STILL, Reason.LIPS_STILL, None, None, Reason.LIPS_STILL,
    ]  # fmt: skip
