"""The threads around the corridor: `Engine` starts, stops and describes them. Knows no Qt."""

from core.engine.engine import Engine
from core.engine.factories import EngineFactories, Sources
from core.engine.session_options import SessionOptions
from core.engine.status_store import EngineHooks

__all__ = ["Engine", "EngineFactories", "EngineHooks", "SessionOptions", "Sources"]
