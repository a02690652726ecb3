"""What the window remembers: single settings, laid over the file as it is and not over this run's options."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core import paths
from core.settings import Settings, load, save


def remember(settings: Settings, group: str, **values: Any) -> Settings:
    """`settings` with the values of `group` ("" = top level) changed, after the file was changed likewise."""
    save(_changed(load(paths.settings_file()), group, values), paths.settings_file())
    return _changed(settings, group, values)


def _changed(settings: Settings, group: str, values: dict[str, Any]) -> Settings:
    if not group:
        return replace(settings, **values)
    return replace(settings, **{group: replace(getattr(settings, group), **values)})
