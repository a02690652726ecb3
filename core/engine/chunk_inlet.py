"""Sends every captured chunk unchanged to sync test and media gate, and with injected faults to the buffers.

The reference, which is what the computer plays, goes into a ring of its own and nowhere else: it is not recorded, not
recognised, and no observer hears it.
"""

from __future__ import annotations

from core.buffers.ring import AudioRing, FrameRing
from core.engine.audio_inlet import AudioInlet, placed
from core.engine.privacy_gates import MediaGate
from core.engine.status_store import StatusStore
from core.faults import FaultInjector
from core.lab.sync_run import SyncRun
from core.types import AudioBlock, Chunk, VideoFrame


class ChunkInlet:
    """`take` may be called from several capture threads, each with its own kind of chunk."""

    def __init__(
        self,
        frames: FrameRing,
        audio: AudioInlet,
        reference: AudioRing,
        sync: SyncRun,
        media_gate: MediaGate,
        injector: FaultInjector,
        status_store: StatusStore,
    ) -> None:
        self._frames, self._audio, self._reference = frames, audio, reference
        self._sync, self._media_gate, self._injector = sync, media_gate, injector
        self._status_store = status_store

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

    def end_sound(self) -> None:
        """The microphone was released or lost. Called on its thread."""
        self._audio.end()

    def take_reference(self, played: Chunk) -> None:
        """Take a block of what the computer plays. Called on the loudspeaker's thread."""
        if isinstance(played, AudioBlock):
            self._reference.write(placed(played, self._reference))

    def end_reference(self) -> None:
        """The loudspeaker is not recorded any more, or another one is: nothing that it played is kept or expected.

        Called on its thread.
        """
        self._reference.clear()
        self._audio.forget_reference()
