"""A private PulseAudio daemon with a virtual microphone: PortAudio records what is played into it.

It can have a virtual loudspeaker too, which is its default one and which the microphone hears as in a room.

Nothing of the machine's own sound is touched: the daemon has its own runtime folder, and the environment that leads
there is put back at the end. `kill` is an unplugged microphone, `start` plugs it in again.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np
import pytest

from core.types import SAMPLE_RATE_HZ

SINK = "virt"
LOUDSPEAKER = "speaker"
"""The sink of the virtual loudspeaker."""
DEVICE = "pulse"
"""PortAudio's name of the virtual microphone."""
NEEDED = ("pulseaudio", "pactl", "parec", "paplay", "espeak-ng")
PACKAGES = "pulseaudio pulseaudio-utils libasound2-plugins espeak-ng"
DAEMON = (
    *("pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "-n"),
    *(f"--load=module-null-sink sink_name={SINK}", "--load=module-native-protocol-unix"),
)


def needs_pulse() -> None:
    """Skip the calling test where the required programs are not installed."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (apt install {PACKAGES})")


ROOM = (
    f"--load=module-null-sink sink_name={LOUDSPEAKER}",
    f"--load=module-loopback source={LOUDSPEAKER}.monitor sink={SINK} latency_msec=60",
)
"""The loudspeaker, and its way to the microphone."""
ECHO_VOLUME = "60%"
"""PulseAudio's volumes are cubic: -13 dB."""


class PulseMicrophone:
    """A context manager; inside it, `DEVICE` records what `play` plays. `loudspeaker`: there is one, which it hears."""

    def __init__(self, loudspeaker: bool = False) -> None:
        self._has_loudspeaker = loudspeaker
        self._folder = Path(tempfile.mkdtemp(prefix="pulse-"))
        self._before = dict(os.environ)
        self._daemon: subprocess.Popen[bytes] | None = None
        self._listener: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PulseMicrophone:
        os.environ.update(
            XDG_RUNTIME_DIR=str(self._folder),
            PULSE_RUNTIME_PATH=str(self._folder / "pulse"),
            PULSE_STATE_PATH=str(self._folder / "state"),
            PULSE_SERVER=f"unix:{self._folder}/pulse/native",
            PULSE_COOKIE=str(self._folder / "cookie"),
            PULSE_SOURCE=f"{SINK}.monitor",
        )
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        os.environ.clear()
        os.environ.update(self._before)
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the daemon and wait until its microphone delivers sound (a new null sink takes about 2 s).

        A listener stays connected, for a null sink without one renders seconds ahead and then takes them back, which
        no real microphone does.
        """
        daemon = (*DAEMON, *ROOM) if self._has_loudspeaker else DAEMON
        self._daemon = subprocess.Popen(daemon, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait_for(lambda: subprocess.run(("pactl", "info"), capture_output=True, check=False).returncode == 0)
        if self._has_loudspeaker:
            self.control("set-default-sink", LOUDSPEAKER)
            self.control("set-sink-input-volume", "0", ECHO_VOLUME)
        heard = self._folder / f"heard-{time.monotonic_ns()}"
        self._listener = subprocess.Popen(
            ("parec", "--latency-msec=20", "--rate=8000", heard), stderr=subprocess.DEVNULL
        )
        self._wait_for(lambda: heard.exists() and heard.stat().st_size > 0)

    def _wait_for(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not ready():
            assert time.monotonic() < deadline, "pulseaudio did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the daemon, which unplugs the microphone."""
        if self._daemon is not None and self._listener is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._listener.wait()  # it ends with the connection
            self._daemon = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """The daemon accepts connections and answers nobody."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._daemon.send_signal(signal.SIGCONT)

    def play(self, wav: Path, sink: str = SINK) -> subprocess.Popen[bytes]:
        """Start playing a file into the microphone, or another sink; the returned process ends with the file."""
        return subprocess.Popen(("paplay", f"--device={sink}", str(wav)))

    def control(self, *command: str) -> None:
        """Give the daemon a command of pactl."""
        subprocess.run(("pactl", *command), check=True, capture_output=True)


def speak(text: str, wav: Path, voice: str = "en-us", words_a_minute: int = 140) -> Path:
    """A WAV file of `text`, spoken by espeak-ng."""
    subprocess.run(
        ("espeak-ng", "-v", voice, "-s", str(words_a_minute), "-w", str(wav), text), check=True, capture_output=True
    )
    return wav


def write_wav(path: Path, samples: np.ndarray) -> None:
    """A WAV file of 16-bit samples at 16 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(samples.astype(np.int16).tobytes())
