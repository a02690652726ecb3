"""The guard's eyes: a finder that tells the bystander guard of every glance, whoever asked for it."""

from __future__ import annotations

from core.engine.bystander_guard import BystanderGuard, GuardReason
from core.engine.session_log import SessionLog
from core.engine.status_store import StatusStore
from core.session.protocols import Finder
from core.types import Sighting, VideoFrame

LOWERED = "Nobody else is in view."
BLIND_AFTER_S = 0.6
"""Glances come every eighth of a second."""


class GuardedFaceFinder:
    """Has the face of the finder that it goes with. Belongs to the thread that looks."""

    def __init__(
        self, finder: Finder, guard: BystanderGuard, status_store: StatusStore, session_log: SessionLog
    ) -> None:
        self._finder, self._guard = finder, guard
        self._status_store, self._session_log = status_store, session_log
        self._looked_s = float("-inf")

    def look(self, frame: VideoFrame) -> Sighting:
        """What the finder sees; the guard sees it too."""
        sighting = self._finder.look(frame)
        self._looked_s = frame.t_s
        if self._guard.take(sighting):
            self._say()
        return sighting

    def attend(self, expects_picture: bool, now_s: float) -> None:
        """Time passes: pictures that should come and do not leave the guard blind; without a camera it stands down."""
        if not expects_picture:
            changed = self._guard.stand_down(now_s)
        else:
            changed = now_s - self._looked_s > BLIND_AFTER_S and self._guard.look_away(now_s)
        if changed:
            self._say()

    def reset(self) -> None:
        """Forget the face. The guard forgets nothing: words that were spoken before are still to be judged."""
        self._finder.reset()

    def _say(self) -> None:
        raised = self._guard.raised
        self._status_store.note(guard=raised.value)
        self._session_log.happened("guard", LOWERED if raised is GuardReason.DOWN else f"Paused: {raised.value}.")
