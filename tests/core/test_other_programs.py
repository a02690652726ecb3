"""Programs of the system get the user's search path for libraries, not the bundle's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.commands import desktop_installation
from core.other_programs import users_environment

PRINT = [sys.executable, "-c", "import os; print(os.environ.get('LD_LIBRARY_PATH'))"]


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle, whose start program has set the variable."""
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/bundle", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/bundle:/mine")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)


@pytest.mark.usefixtures("bundle")
@pytest.mark.parametrize("before", [None, "/mine"])
def test_a_started_program_gets_what_the_user_had(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    with users_environment():
        shown = subprocess.run(PRINT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == str(before)
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/bundle:/mine"


def test_outside_a_bundle_the_variable_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    with users_environment():
        assert os.environ["LD_LIBRARY_PATH"] == "/mine"


@pytest.mark.usefixtures("bundle")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a script stands for the desktop's program")
def test_the_desktops_programs_run_without_the_bundles_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, tool = tmp_path / "seen", tmp_path / "update-mime-database"
    tool.write_text(f'#!/bin/sh\necho "${{LD_LIBRARY_PATH-none}}" > "{seen}"\n', encoding="utf-8")
    tool.chmod(0o755)
    (tmp_path / "mime").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    desktop_installation.renew_caches(tmp_path)
    assert seen.read_text(encoding="utf-8") == "none\n"
