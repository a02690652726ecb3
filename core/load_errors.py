"""Why a library or a Python package cannot be loaded, in a sentence that names what to install.

The program goes on without what an `OptionalImport` gives. Every other failure to load ends a command with its
sentence (`load_failure`).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from types import TracebackType

from core.system_libraries import SystemLibrary, install_command, missing_file, package_of

OWN_PACKAGES = ("app", "core")


class OptionalImport:
    """The context of an import that may fail; `missing` then says what it lacks.

    NEWS = OptionalImport(DEVICE_NEWS)
    with NEWS:
        from PySide6.QtMultimedia import QMediaDevices
    """

    def __init__(self, gives: str) -> None:
        self.gives = gives
        self.missing: SystemLibrary | None = None
        """None if the import worked."""

    def __enter__(self) -> None:
        """Begins the import."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keeps a failure to load; other exceptions pass."""
        if not isinstance(error, ImportError | OSError):
            return False
        self.missing = missing_part(error, self.gives)
        return True


def missing_part(error: ImportError | OSError, gives: str) -> SystemLibrary:
    """What `error` says is missing: a library of the system, or the Python module that cannot be loaded."""
    file = missing_file(error)
    if file:
        return SystemLibrary(file, package_of(file), gives)
    return SystemLibrary(getattr(error, "name", None) or str(error), "", gives)


def load_failure(error: BaseException) -> str:
    """The sentence about a library or another's package that cannot be loaded; empty if `error` is about neither."""
    if not isinstance(error, ImportError | OSError):
        return ""
    if missing_file(error):
        part = missing_part(error, "")
        return f"{part.file}, a library of the system, is missing; {remedy([part])}."
    module = getattr(error, "name", None) or ""
    if not module or module.split(".")[0] in OWN_PACKAGES:
        return ""
    return f"The Python package {module.split('.')[0]} cannot be loaded ({error}); install the program again."


def named(missing: Sequence[SystemLibrary]) -> str:
    """The names in a row, with the verb: "libEGL.so.1 and libGL.so.1 are missing"."""
    *first, last = dict.fromkeys(library.file for library in missing)
    return f"{', '.join(first)} and {last} are missing" if first else f"{last} is missing"


def remedy(missing: Sequence[SystemLibrary]) -> str:
    """How to install `missing`, as the second half of a sentence."""
    it, command = "it" if len(missing) == 1 else "them", install_command(missing)
    if not command:
        return f"install the program again, or the package of your system that brings {it}"
    if not all(library.package for library in missing):
        return f"install the program again, and run '{command}'"
    if shutil.which("apt-get"):
        return f"'{command}' installs {it}"
    packages = command.rpartition("install ")[2]
    return f"install the package of your system that brings {it} (on Debian: {packages})"
