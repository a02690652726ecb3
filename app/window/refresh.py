"""The only reader of the engine's streams: at every tick of the window's timer it draws what is new."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from app.explain.page import ExplainPage
from app.live.page import LivePage
from app.presentation.series import series
from app.presentation.smoothing import HeadlineSmoother
from app.presentation.text import no_words, unused_language
from app.window.frame_stats import FrameStats
from app.window.mini_window import MiniWindow
from app.window.tray import TrayIcon
from core.status import EngineStatus, RunState
from core.step_columns import NO_STEPS
from core.types import InputKind, Sighting, TranscriptWord, VideoFrame

if TYPE_CHECKING:
    from core.engine import Engine

WORDS_EVERY = 5
"""Words are looked at six times a second."""


class ScreenRefresh:
    """Draws what is new at each tick; remembers what was last drawn, to redraw only what changed."""

    def __init__(
        self,
        live: LivePage,
        explain: ExplainPage,
        small: MiniWindow,
        tray: TrayIcon,
        frame_stats: FrameStats,
    ) -> None:
        self._live, self._explain, self._small, self._tray = live, explain, small, tray
        self._frame_stats = frame_stats
        self._pending_s: float | None = None
        self._asked = (0.0, 0.0)  # the session's clock when the engine was last asked, and the computer's clock then
        live.timelines.curves.plot.painted.connect(self._on_painted)
        self.begin("devices")

    def begin(self, kind: InputKind) -> None:
        """A new session, fed from this kind of input: forget the last one."""
        self._kind = kind
        self._headline = HeadlineSmoother()
        self._frame: VideoFrame | None = None
        self._sighting: Sighting | None = None
        self._newest_s, self._ticks, self._last_s = -1.0, 0, 0.0
        self._explained_s = self._newest_s
        self._live.show_reading(None)
        self._live.show_steps(NO_STEPS, 1.0)
        self._explain.show_reading(None)
        self._explain.show_steps(NO_STEPS, 1.0)
        self._live.show_words([], 0.0)

    def end(self) -> None:
        """The session is over: no picture, no level, and no words, which the next participant could read."""
        self._pending_s = None
        self._live.show_words([], 0.0)
        self._live.preview.show_nothing("The camera is off" if self._kind == "devices" else "Nothing is playing")
        self._live.meter.show_nothing()

    def draw(self, engine: Engine | None, status: EngineStatus, words_s: float, now_s: float) -> None:
        """Draws what is new."""
        if engine is None:
            return
        self._asked = (status.elapsed_s, perf_counter())
        self._draw_picture(engine, status)
        self._live.meter.show_level(status.level_dbfs, status.clipping, status.speaker)
        self._draw_steps(engine, status.hop_s)
        self._headline.advance(min(1.0, now_s - self._last_s))
        reading = self._headline.reading()
        for place in (self._live, self._small, self._tray):
            place.show_reading(reading)
        if self._explain.isVisible():
            self._explain.show_reading(reading)
            self._draw_explain(engine, status.hop_s)
        if self._ticks % WORDS_EVERY == 0:
            used_from_s = float("inf") if unused_language(status) else status.elapsed_s - words_s
            by_hand = engine.corrections()
            words = [TranscriptWord(word, by_hand.get(word)) for word in engine.transcript()]
            self._live.show_words(words, used_from_s, no_words(status, self._kind))
        self._ticks, self._last_s = self._ticks + 1, now_s

    def _draw_picture(self, engine: Engine, status: EngineStatus) -> None:
        frame, sighting = engine.frame(), engine.sighting()
        if frame is None or frame is not self._frame or sighting is not self._sighting:
            self._live.show_picture(frame, sighting, status, self._kind)
        if frame is not None and status.state is RunState.LIVE:
            self._live.preview.show_age(status.elapsed_s - frame.t_s)
        self._frame, self._sighting = frame, sighting

    def _draw_steps(self, engine: Engine, hop_s: float) -> None:
        recent = engine.history.recent()
        new = recent.since(self._newest_s)
        if not new:
            return
        for estimate in new:
            self._headline.take(estimate)
        self._newest_s = new[-1].t_s
        self._live.show_steps(recent, hop_s)
        if self._small.isVisible():
            self._small.curves.show_series(series(recent.columns, recent.now_s, hop_s))
        self._pending_s = recent.now_s

    def _draw_explain(self, engine: Engine, hop_s: float) -> None:
        """Also when the page is opened while no step comes any more, as after the end of a clip."""
        if self._explained_s != self._newest_s:
            self._explained_s = self._newest_s
            self._explain.show_steps(engine.history.recent(), hop_s)

    def _on_painted(self) -> None:
        if self._pending_s is not None:
            session_s, then_s = self._asked
            self._frame_stats.drawn(session_s + perf_counter() - then_s - self._pending_s)
            self._pending_s = None
