"""Engines that are stopped in any case, with recorded hooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from core.engine import Engine, EngineFactories, SessionOptions, Sources
from core.session_observer import SessionObserver
from core.settings import Settings
from tests.support.small_engine import FACTORIES, SETTINGS, RecordedHooks


@pytest.fixture
def hooks() -> RecordedHooks:
    return RecordedHooks()


@pytest.fixture
def start(hooks: RecordedHooks) -> Iterator[Callable[..., Engine]]:
    """Engines that are stopped in any case, and must leave no thread."""
    before, engines = set(threading.enumerate()), []

    def start_engine(
        sources: Sources | None = None,
        factories: EngineFactories = FACTORIES,
        settings: Settings = SETTINGS,
        options: SessionOptions | None = None,
        observers: Sequence[SessionObserver] = (),
    ) -> Engine:
        engines.append(Engine(settings, sources, hooks.hooks(), factories, options, observers))
        engines[-1].start()
        return engines[-1]

    yield start_engine
    assert [engine.stop() for engine in engines] == [[]] * len(engines)
    assert set(threading.enumerate()) <= before
