"""Says how to get the packages of the `train` extra."""

from __future__ import annotations

from core import paths
from core.errors import DataError

_INSTALL = "In a checkout, install the train extra with: .venv/bin/pip install -e '.[train]'"


def missing_extra(package: str) -> DataError:
    """The error for a missing package of the extra. An installer's program never has it."""
    if paths.is_bundle():
        return DataError(f"This installation has no training. {_INSTALL}")
    return DataError(f"{package} is missing. {_INSTALL}")
