"""What the window remembers: single settings, laid over the file as it is and not over this run's options."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core import paths
from core.settings import Settings, load, save


def remember(group: str, **values: Any) -> None:
    """Change the values of `group` ("" = top level) in the file. Raises `SettingsError` or `OSError`."""
    save(changed(load(paths.settings_file()), group, values), paths.settings_file())


def changed(settings: Settings, group: str, values: dict[str, Any]) -> Settings:
    """`settings` with the values of `group` changed."""
    if not group:
        return replace(settings, **values)
    return replace(settings, **{group: replace(getattr(settings, group), **values)})
