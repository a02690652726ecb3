"""Reports each face detection to the bystander guard, and each change of the guard to status and session log."""

from __future__ import annotations

from collections.abc import Callable

from core.engine.bystander_guard import BystanderGuard, GuardReason
from core.engine.session_log import SessionLog
from core.engine.status_store import StatusStore
from core.session.protocols import Finder
from core.types import Sighting, VideoFrame

LOWERED = "Nobody else is in view."
BLIND_AFTER_S = 0.6
"""Without a sighting for so long the picture counts as missing; sightings come every eighth of a second."""


class GuardReporter:
    """Keeps the guard up to date. Belongs to the inference thread.

    `expects_picture`: whether a camera is chosen, or a recording has pictures.
    """

    def __init__(
        self,
        guard: BystanderGuard,
        expects_picture: Callable[[], bool],
        status_store: StatusStore,
        session_log: SessionLog,
    ) -> None:
        self._guard, self._expects_picture = guard, expects_picture
        self._status_store, self._session_log = status_store, session_log
        self._seen_s = float("-inf")

    def see(self, sighting: Sighting) -> None:
        """Pass on one sighting."""
        self._seen_s = sighting.t_s
        if self._guard.see(sighting):
            self._report()

    def update(self, now_s: float) -> None:
        """Updates the guard for the time without new sightings; switches it off when no camera is chosen."""
        if not self._expects_picture():
            changed = self._guard.switch_off(now_s)
        else:
            changed = now_s - self._seen_s > BLIND_AFTER_S and self._guard.see_nothing(now_s)
        if changed:
            self._report()

    def _report(self) -> None:
        raised = self._guard.raised
        self._status_store.update(guard=raised.value)
        self._session_log.add_event("guard", LOWERED if raised is GuardReason.DOWN else f"Paused: {raised.value}.")


class GuardedFaceFinder:
    """A face finder whose sightings also go to `on_sighting`."""

    def __init__(self, finder: Finder, on_sighting: Callable[[Sighting], None]) -> None:
        self._finder, self._on_sighting = finder, on_sighting

    def look(self, frame: VideoFrame) -> Sighting:
        """The finder's sighting of the frame."""
        sighting = self._finder.look(frame)
        self._on_sighting(sighting)
        return sighting

    def reset(self) -> None:
        """Forget the face. The guard keeps its history: words spoken before still have to be decided."""
        self._finder.reset()
