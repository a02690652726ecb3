"""Engines that are stopped in any case, and what they told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from core.engine import Engine, EngineFactories, SessionOptions, Sources
from core.settings import Settings
from tests.support.small_engine import PARTS, SETTINGS, Told


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def start(told: Told) -> Iterator[Callable[..., Engine]]:
    """Engines that are stopped in any case, and must leave no thread."""
    before, engines = set(threading.enumerate()), []

    def start_engine(
        sources: Sources | None = None,
        parts: EngineFactories = PARTS,
        settings: Settings = SETTINGS,
        session_options: SessionOptions | None = None,
    ) -> Engine:
        engines.append(Engine(settings, sources, told.hooks(), parts, session_options))
        engines[-1].start()
        return engines[-1]

    yield start_engine
    assert [engine.stop() for engine in engines] == [[]] * len(engines)
    assert set(threading.enumerate()) <= before
