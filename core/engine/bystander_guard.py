"""The bystander guard: whether the learner alone is seen and heard. A bystander has not consented to anything.

A second face, or a camera that does not show the learner, raises the guard: the picture is left out of estimates
(that is `core.features.face`), spoken words are not stored, and nothing is recorded. Words are decided a while after
they were spoken, because a face may be detected half a second late (`core.features.face.TRACK_FOR_S`).

Without a camera the guard is down: nothing shows who is speaking, and a user who chooses no camera and the storing of
words has made that choice twice. A chosen camera that shows nothing (lost, covered, muted) raises it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum
from threading import Lock

from core.types import Reason, Sighting, Word

LOWER_AFTER_S = 3.0
"""How long the second face must have been gone."""
UNSEEN_AFTER_S = 2.0
"""How long the learner may look away."""
MARGIN_S = 1.0
"""Words this near to a raised guard are not stored either."""
HOLD_S = UNSEEN_AFTER_S + MARGIN_S + 0.2
"""How long words and media are held back before they are decided: an empty chair is detected this late."""
_INTERVALS_KEPT = 256


class GuardReason(Enum):
    """Why the guard is raised. The value is shown on screen."""

    DOWN = ""
    SECOND_FACE = "a second face is in view"
    UNSEEN = "nobody is in view"


class BystanderGuard:
    """Updated with every sighting by the inference thread; read from any thread. Times are on the session clock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._raised = GuardReason.DOWN
        self._since_s = 0.0
        self._crowd_s = self._seen_s = float("-inf")
        self._began_s: float | None = None
        self._first_s, self._checked_s = float("inf"), float("-inf")
        self._intervals: deque[tuple[float, float]] = deque(maxlen=_INTERVALS_KEPT)

    @property
    def raised(self) -> GuardReason:
        """Why it is raised now; `DOWN` if it is not."""
        return self._raised

    @property
    def checked_s(self) -> float:
        """Up to which time the picture has been checked; minus infinity before the first check."""
        return self._checked_s

    def see(self, sighting: Sighting) -> bool:
        """Take one sighting; returns whether the guard changed."""
        with self._lock:
            now_s = sighting.t_s
            self._begin(now_s)
            self._first_s = min(self._first_s, now_s)
            if sighting.faces > 1 or sighting.presence.reason is Reason.SEVERAL_FACES:
                self._crowd_s = now_s
            elif sighting.box is not None and sighting.presence.reason is not Reason.FROZEN_PICTURE:
                self._seen_s = now_s
            return self._set(self._decide(now_s), now_s)

    def see_nothing(self, now_s: float) -> bool:
        """There is a camera, but it shows nothing now; returns whether the guard changed."""
        with self._lock:
            self._begin(now_s)
            return self._set(self._decide(now_s), now_s)

    def switch_off(self, now_s: float) -> bool:
        """No camera is chosen any more; returns whether the guard changed."""
        with self._lock:
            self._began_s = None
            self._crowd_s = self._seen_s = self._first_s = float("-inf")
            return self._set(GuardReason.DOWN, now_s)

    def was_raised(self, since_s: float) -> bool:
        """Whether it is raised, or was at any time since then."""
        with self._lock:
            return self._raised is not GuardReason.DOWN or any(end_s >= since_s for _, end_s in self._intervals)

    def may_store(self, words: Iterable[Word]) -> list[Word]:
        """The words that were spoken while the guard was down, with a margin."""
        with self._lock:
            return [word for word in words if self._is_clear(word.start_s, word.end_s)]

    def may_record(self, start_s: float, end_s: float) -> bool:
        """Whether the guard was down then, with a margin, and any chosen camera had shown something by then."""
        with self._lock:
            return start_s >= self._first_s and self._is_clear(start_s, end_s)

    def _begin(self, now_s: float) -> None:
        """A camera is there; before its first sighting nothing may be recorded."""
        if self._began_s is None:
            self._began_s, self._first_s = now_s, float("inf")

    def _decide(self, now_s: float) -> GuardReason:
        if now_s - self._crowd_s < LOWER_AFTER_S:
            return GuardReason.SECOND_FACE
        began_s = now_s if self._began_s is None else self._began_s
        unseen_s = now_s - max(self._seen_s, began_s)
        return GuardReason.UNSEEN if unseen_s > UNSEEN_AFTER_S else GuardReason.DOWN

    def _set(self, guard: GuardReason, now_s: float) -> bool:
        self._checked_s = now_s
        if guard is self._raised:
            return False
        if self._raised is not GuardReason.DOWN:
            self._intervals.append((self._since_s, now_s))
        # The chair has been empty since the last sighting of the learner, not only from now on.
        self._since_s = now_s - UNSEEN_AFTER_S if guard is GuardReason.UNSEEN else now_s
        self._raised = guard
        return True

    def _is_clear(self, start_s: float, end_s: float) -> bool:
        if self._raised is not GuardReason.DOWN and end_s > self._since_s - MARGIN_S:
            return False
        return not any(
            end_s > began_s - MARGIN_S and start_s < over_s + MARGIN_S for began_s, over_s in self._intervals
        )
