"""The bystander guard: whether whoever is seen and heard is the learner alone. A bystander has not agreed to anything.

A second face, or a camera in whose picture the learner is not to be found, raises the guard: the picture takes no part
(that is `core.features.face`), spoken words are not kept, and nothing is recorded. Words are judged a while after they
were spoken, for a face may be noticed half a second late (`core.features.face.TRACK_FOR_S`).

Without a camera the guard is down: it cannot know who speaks, and whoever chooses no camera and the keeping of words
has said so twice. A camera that is chosen and shows nothing (lost, covered, switched off as evidence) raises it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum
from threading import Lock

from core.types import Reason, Sighting, Word

LOWER_AFTER_S = 3.0
"""The second face must have been gone for so long."""
UNSEEN_AFTER_S = 2.0
"""The learner may look away for so long."""
MARGIN_S = 1.0
"""Words this near to a raised guard are not kept either."""
HOLD_S = UNSEEN_AFTER_S + MARGIN_S + 0.2
"""How long what is to be kept waits for its judgement: that nobody was in view is known only so late."""
_STRETCHES_KEPT = 256


class GuardReason(Enum):
    """Why the guard is raised. The value is what the screen says."""

    DOWN = ""
    SECOND_FACE = "a second face is in view"
    UNSEEN = "nobody is in view"


class BystanderGuard:
    """Fed with every glance by the one who looks; asked from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._raised = GuardReason.DOWN
        self._since_s = 0.0
        self._crowd_s = self._seen_s = float("-inf")
        self._began_s: float | None = None
        self._first_s, self._looked_s = float("inf"), float("-inf")
        self._stretches: deque[tuple[float, float]] = deque(maxlen=_STRETCHES_KEPT)

    @property
    def raised(self) -> GuardReason:
        """Why it is raised now, if it is."""
        return self._raised

    @property
    def looked_s(self) -> float:
        """Up to when it knows what there was to see; minus infinity before anything was."""
        return self._looked_s

    def take(self, sighting: Sighting) -> bool:
        """One more glance; whether the guard changed."""
        with self._lock:
            now_s = sighting.t_s
            self._begin(now_s)
            self._first_s = min(self._first_s, now_s)
            if sighting.faces > 1 or sighting.presence.reason is Reason.SEVERAL_FACES:
                self._crowd_s = now_s
            elif sighting.box is not None and sighting.presence.reason is not Reason.FROZEN_PICTURE:
                self._seen_s = now_s
            return self._turn(self._judge(now_s), now_s)

    def look_away(self, now_s: float) -> bool:
        """There is a camera, but nothing can be seen through it now; whether the guard changed."""
        with self._lock:
            self._begin(now_s)
            return self._turn(self._judge(now_s), now_s)

    def stand_down(self, now_s: float) -> bool:
        """There is no camera any more, and none is wanted; whether the guard changed."""
        with self._lock:
            self._began_s = None
            self._crowd_s = self._seen_s = self._first_s = float("-inf")
            return self._turn(GuardReason.DOWN, now_s)

    def was_raised(self, since_s: float) -> bool:
        """Whether it is raised, or was at any time since then."""
        with self._lock:
            return self._raised is not GuardReason.DOWN or any(end_s >= since_s for _, end_s in self._stretches)

    def _begin(self, now_s: float) -> None:
        """There is a camera; before its first glance nothing is known."""
        if self._began_s is None:
            self._began_s, self._first_s = now_s, float("inf")

    def _judge(self, now_s: float) -> GuardReason:
        if now_s - self._crowd_s < LOWER_AFTER_S:
            return GuardReason.SECOND_FACE
        began_s = now_s if self._began_s is None else self._began_s
        unseen_s = now_s - max(self._seen_s, began_s)
        return GuardReason.UNSEEN if unseen_s > UNSEEN_AFTER_S else GuardReason.DOWN

    def _turn(self, guard: GuardReason, now_s: float) -> bool:
        self._looked_s = now_s
        if guard is self._raised:
            return False
        if self._raised is not GuardReason.DOWN:
            self._stretches.append((self._since_s, now_s))
        # Nobody has been in view since the last glance at the learner, not only from now on.
        self._since_s = now_s - UNSEEN_AFTER_S if guard is GuardReason.UNSEEN else now_s
        self._raised = guard
        return True

    def lets_pass(self, words: Iterable[Word]) -> list[Word]:
        """Those that were spoken while the guard was down, with a margin."""
        with self._lock:
            return [word for word in words if self._is_clear(word.start_s, word.end_s)]

    def lets_record(self, start_s: float, end_s: float) -> bool:
        """Whether the guard was down then, with a margin; with a camera, also that something was seen by then."""
        with self._lock:
            return start_s >= self._first_s and self._is_clear(start_s, end_s)

    def _is_clear(self, start_s: float, end_s: float) -> bool:
        if self._raised is not GuardReason.DOWN and end_s > self._since_s - MARGIN_S:
            return False
        return not any(
            end_s > began_s - MARGIN_S and start_s < over_s + MARGIN_S for began_s, over_s in self._stretches
        )
