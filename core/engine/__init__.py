"""The threads around the corridor: `Engine` starts, stops and describes them. Knows no Qt."""

from core.engine.company import Company
from core.engine.engine import Engine
from core.engine.ledger import EngineHooks
from core.engine.parts import EngineParts, Sources

__all__ = ["Company", "Engine", "EngineHooks", "EngineParts", "Sources"]
