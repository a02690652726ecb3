"""The scripts of the documentation site as modules."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

SITE = Path(__file__).parents[2] / "packaging" / "site"


def site_script(name: str) -> ModuleType:
    """A script of `packaging/site`, which imports its neighbours by their plain names."""
    sys.path.insert(0, str(SITE))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SITE))
