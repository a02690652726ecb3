"""The threads around the corridor: `Engine` starts, stops and describes them. Knows no Qt."""

from core.engine.engine import Engine
from core.engine.factories import EngineParts, Sources
from core.engine.session_options import Company
from core.engine.status_store import EngineHooks

__all__ = ["Company", "Engine", "EngineHooks", "EngineParts", "Sources"]
