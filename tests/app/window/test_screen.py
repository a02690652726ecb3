"""The window on a real virtual screen, driven by real key presses from outside; and at 200 % scaling."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.app.pictures import is_a_picture
from tests.support.screen import press, virtual_screen

REPOSITORY = Path(__file__).parents[3]
PATIENCE_S = 100.0


class Program:
    """The window in its own process; `until` waits for a line that it prints."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.app.on_screen", *arguments]
        self.process = subprocess.Popen(
            command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        self.lines += iter(self.process.stdout.readline, "")

    def until(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not any(words in line for line in self.lines):
            assert time.monotonic() < deadline, f"'{words}' never came: {self.lines}"
            assert self.process.poll() is None or any(words in line for line in self.lines), self.lines
            time.sleep(0.05)

    def end(self) -> int:
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()
            self.process.stdout.close()


@pytest.mark.timeout(170)
def test_a_session_by_keyboard_alone_on_a_real_screen(home: Path, tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    with virtual_screen() as screen:
        program = Program(screen, "16", str(picture), "self")
        try:
            program.until("LivePage idle")
            press(screen, "space")
            program.until("LivePage live")
            press(screen, "1")
            program.until("LivePage live muted=visual")
            press(screen, "1", "space")
            program.until("LivePage paused")
            press(screen, "space", "F1")
            press(screen, "Escape", "ctrl+q")
        finally:
            code = program.end()
    assert code == 0, program.lines
    assert any("drawn=True" in line for line in program.lines), program.lines
    assert is_a_picture(QImage(str(picture)))


@pytest.mark.timeout(170)
def test_at_twice_the_scale_everything_is_visible_and_sharp(home: Path, tmp_path: Path) -> None:
    picture = tmp_path / "double.png"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"}
    program = Program(environment, "4", str(picture), "self")
    assert program.end() == 0, program.lines
    assert any("ratio=2.0" in line for line in program.lines), program.lines
    assert QImage(str(picture)).width() == 2400
