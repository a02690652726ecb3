"""The system's file manager is started without the bundle's libraries."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices

from app.window.open_folder import open_folder


def test_the_file_manager_gets_the_users_search_path_for_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/bundle", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/bundle")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    seen = []
    monkeypatch.setattr(
        QDesktopServices,
        "openUrl",
        lambda url: bool(seen.append((url.toLocalFile(), os.environ.get("LD_LIBRARY_PATH")))),
    )
    assert open_folder(tmp_path) is False
    assert seen == [(str(tmp_path), None)]
