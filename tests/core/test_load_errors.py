"""Failures to load a library or a package, in the words of the systems' loaders, become one sentence."""

from __future__ import annotations

import pytest

from core.engine.thread_supervisor import run_supervised
from core.errors import sentence
from core.load_errors import OptionalImport, load_failure, named, remedy
from core.system_libraries import LIBRARIES, SystemLibrary, install_command, missing_file

GL = "libGL.so.1: cannot open shared object file: No such file or directory"
MAC = "dlopen(/x/QtGui.abi3.so, 0x0002): Library not loaded: @rpath/QtGui.framework/QtGui\n  Referenced from: …"
WINDOWS = "DLL load failed while importing QtGui: The specified module could not be found."


@pytest.mark.parametrize(
    ("error", "file"),
    [
        (ImportError(GL), "libGL.so.1"),
        (OSError(GL), "libGL.so.1"),
        (ImportError(MAC), "@rpath/QtGui.framework/QtGui"),
        (ImportError(WINDOWS), ""),
        (OSError(2, "No such file or directory", "clip.so.mp4"), ""),
    ],
)
def test_the_library_is_read_from_the_loaders_words(error: Exception, file: str) -> None:
    assert missing_file(error) == file


def test_a_library_of_the_table_is_named_with_its_package() -> None:
    said = sentence(ImportError(GL, name="cv2"))
    assert said.startswith("libGL.so.1, a library of the system, is missing; ")
    assert "libgl1" in said
    assert "space" not in sentence(OSError(GL))


def test_an_unknown_library_and_a_package_are_named_without_a_guess() -> None:
    assert "libnone.so.7" in load_failure(ImportError("libnone.so.7: cannot open shared object file"))
    assert "apt" not in load_failure(ImportError("libnone.so.7: cannot open shared object file"))
    said = load_failure(ImportError(WINDOWS, name="PySide6.QtGui"))
    assert said == f"The Python package PySide6 cannot be loaded ({WINDOWS}); install the program again."


@pytest.mark.parametrize("error", [ImportError("no", name="core.nothing"), ImportError("no"), ValueError(GL)])
def test_a_fault_of_the_programs_own_is_no_failure_to_load(error: Exception) -> None:
    assert load_failure(error) == ""


def test_an_optional_import_keeps_the_reason_and_lets_other_exceptions_pass() -> None:
    attempt = OptionalImport("icons")
    with attempt:
        raise ImportError(GL)
    assert attempt.missing == SystemLibrary("libGL.so.1", "libgl1", "icons")
    with pytest.raises(ValueError, match="other"), OptionalImport("icons"):
        raise ValueError("other")


def test_several_libraries_make_one_command() -> None:
    some = [library for library in LIBRARIES if library.file in ("libGL.so.1", "libEGL.so.1", "libpulse.so.0")]
    assert named(some) == "libEGL.so.1, libGL.so.1 and libpulse.so.0 are missing"
    assert install_command([*some, *some]) == "sudo apt-get install libegl1 libgl1 libpulse0"
    assert install_command([SystemLibrary("libnone.so.7", "", "icons")]) == ""
    assert "libegl1 libgl1 libpulse0" in remedy(some)
    assert remedy([*some[:1], SystemLibrary("PySide6.QtSvg", "", "icons")]) == (
        "install the program again, and run 'sudo apt-get install libegl1'"
    )


def test_an_engine_thread_without_its_library_says_so() -> None:
    def body() -> None:
        raise ImportError(GL, name="cv2")

    said: list[str] = []
    run_supervised("inference", body, said.append)
    assert said == [load_failure(ImportError(GL))]
