"""Sends every captured chunk unchanged to sync test and media gate, and with injected faults to the buffers."""

from __future__ import annotations

from core.engine.audio_inlet import AudioInlet
from core.engine.privacy_gates import MediaGate
from core.engine.status_store import StatusStore
from core.faults import FaultInjector
from core.lab.sync_run import SyncRun
from core.session.availability import Availability
from core.session.session import Intake
from core.types import Chunk, Reason, VideoFrame


class ChunkInlet:
    """`take` may be called from several capture threads, each with its own kind of chunk.

    Exact zeros for `zeros_after_s` seconds make the audio modality unavailable: the microphone is blocked or muted.
    """

    def __init__(
        self,
        intake: Intake,
        zeros_after_s: float,
        sync: SyncRun,
        media_gate: MediaGate,
        injector: FaultInjector,
        status_store: StatusStore,
        availability: Availability,
    ) -> None:
        self._frames, self._audio = intake.frames, AudioInlet(intake.audio, zeros_after_s, self._on_zeros)
        self._sync, self._media_gate, self._injector = sync, media_gate, injector
        self._status_store, self._availability = status_store, availability

    def take(self, captured: Chunk) -> None:
        """Take one chunk as it was captured."""
        self._sync.chunk(captured)
        self._media_gate.put(captured)
        chunk = self._injector.take(captured)
        if isinstance(chunk, VideoFrame):
            self._frames.write(chunk)
            self._status_store.count_frame(chunk.t_s)
        elif chunk is not None:
            self._audio.write(chunk)

    def _on_zeros(self, lasting: bool) -> None:
        self._availability.set("audio", "signal", Reason.MICROPHONE_ZEROS if lasting else None)
