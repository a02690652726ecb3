"""Runs a session on threads: `Engine` starts, stops and describes them. Imports no Qt."""

from core.engine.engine import Engine
from core.engine.factories import EngineFactories, Sources
from core.engine.session_clock import SessionClock
from core.engine.session_options import SessionOptions
from core.engine.status_store import EngineHooks

__all__ = ["Engine", "EngineFactories", "EngineHooks", "SessionClock", "SessionOptions", "Sources"]
