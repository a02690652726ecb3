"""From the engine's plain-Python hooks to Qt signals. Rare facts only: streams are polled by the window's timer.

Hooks are called on the engine's threads. A signal's receiver lives in the main thread, so Qt queues the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.status import DeviceStatus, RunState

if TYPE_CHECKING:
    from core.engine import EngineHooks
    from core.types import Word


class Bridge(QObject):
    """One per window; survives the engines that it listens to."""

    device_changed = Signal(str, object)
    """kind ("camera" or "microphone"), DeviceStatus"""
    state_changed = Signal(object)
    """RunState"""
    error = Signal(str)
    words_came = Signal(object)
    """list[Word], final ones"""

    def hooks(self) -> EngineHooks:
        """What to hand to an engine."""
        from core.engine import EngineHooks

        return EngineHooks(
            on_device=self._on_device, on_state=self._on_state, on_error=self._on_error, on_words=self._on_words
        )

    def _on_device(self, kind: str, status: DeviceStatus) -> None:
        self.device_changed.emit(kind, status)

    def _on_state(self, state: RunState) -> None:
        self.state_changed.emit(state)

    def _on_error(self, sentence: str) -> None:
        self.error.emit(sentence)

    def _on_words(self, words: list[Word]) -> None:
        self.words_came.emit(words)
