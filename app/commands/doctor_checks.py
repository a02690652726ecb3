"""The checks of `edu-emotionnet doctor`: what works on this machine, and how to fix what does not.

A check examines one thing and returns one `Finding`; it does not raise for the faults it is made to find. Checks of
what the program computes are in `app.commands.doctor_selfcheck`.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from app.diagnostics.failure_log import log_file
from core import paths
from core.errors import MonitorError, WindowError, sentence
from core.load_errors import OptionalImport, remedy
from core.system_libraries import (
    DEVICE_NEWS,
    FONT,
    ICONS,
    WINDOW,
    SystemLibrary,
    has_font,
    install_command,
    missing_libraries,
)

if TYPE_CHECKING:
    from core.settings import Settings

SPACE_NEEDED_GB = 1.0
QT_MODULES = {"PySide6.QtWidgets": WINDOW, "PySide6.QtSvg": ICONS, "PySide6.QtMultimedia": DEVICE_NEWS}
"""What each gives."""


class Mark(Enum):
    """How serious a finding is."""

    WELL = "ok"
    HINT = "hint"
    """The program runs, but something is missing or could be better."""
    FAULT = "fault"
    """The program cannot do its job."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: what was found, in words, and how to fix it (empty if nothing is wrong)."""

    what: str
    mark: Mark
    words: str
    fix: str = ""


def python() -> Finding:
    """The interpreter."""
    from core import __version__

    words = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, monitor {__version__}"
    return Finding("program", Mark.WELL, words)


def settings() -> Finding:
    """The user's settings file."""
    from core.settings import load

    file = paths.settings_file()
    try:
        load(file)
    except (MonitorError, OSError) as error:
        return Finding(
            "settings", Mark.FAULT, sentence(error), f"Correct {file}, or delete it to start with the defaults."
        )
    return Finding("settings", Mark.WELL, "can be read" if os.path.exists(file) else "the defaults, nothing saved yet")


def compute() -> Finding:
    """Torch, and whether there is a GPU."""
    try:
        import torch
    except (ImportError, OSError) as error:
        return Finding("compute", Mark.FAULT, f"torch cannot be loaded: {error}", "pip install 'torch>=2.6,<2.14'")
    if torch.cuda.is_available():
        return Finding("compute", Mark.WELL, f"torch {torch.__version__} on {torch.cuda.get_device_name()} (CUDA)")
    words = f"torch {torch.__version__} on the processor, {os.cpu_count()} cores (no CUDA device; none is needed)"
    return Finding("compute", Mark.WELL, words)


def face_detector() -> Finding:
    """Whether the detector can be opened."""
    from core.features.face_detector import YuNet, network_file

    try:
        YuNet(network_file())
    except MonitorError as error:
        return Finding("faces", Mark.FAULT, str(error), "install the program again")
    return Finding("faces", Mark.WELL, "YuNet finds them")


def recognizer() -> Finding:
    """The recogniser that the settings choose, its language, and whether the model knows that."""
    from app.session.prerequisites import model_languages
    from core.speech.languages import language_name, unused_words
    from core.speech.select_recognizer import open_recognizer

    chosen = _chosen_settings()
    problems: list[str] = []
    try:
        opened = open_recognizer(chosen.speech, problems.append)
    except MonitorError as error:
        return Finding("words", Mark.HINT, str(error))
    name, language = opened.name, opened.language
    opened.close()
    words = f"{name} recognises them, in {language_name(language)}"
    if unused := unused_words(language, model_languages(chosen.model)):
        fix = "Choose a recogniser for a language that the model knows in Settings, or set speech.model to 'auto'."
        return Finding("words", Mark.HINT, f"{words}. {unused}", fix)
    if problems:
        return Finding("words", Mark.HINT, " ".join(problems))
    if name.startswith("PocketSphinx"):
        fix = "Where 'pip install moonshine-voice==0.0.73' finds a package, it hears better."
        return Finding("words", Mark.HINT, f"{words}, with many errors", fix)
    return Finding("words", Mark.WELL, words)


def _chosen_settings() -> Settings:
    """The user's settings; the defaults where they cannot be read, which is another finding."""
    from core.settings import Settings, load

    try:
        return load(paths.settings_file())
    except (MonitorError, OSError):
        return Settings()


def microphones() -> Finding:
    """The microphones that can be used."""
    from core.capture.devices import microphones as listed

    try:
        names = [device.name for device in listed()]
    except MonitorError as error:
        return Finding("microphones", Mark.HINT, str(error))
    if names:
        return Finding("microphones", Mark.WELL, ", ".join(names))
    fix = "Plug one in. On macOS allow it in System Settings > Privacy & Security > Microphone."
    if sys.platform.startswith("linux"):
        fix = "Plug one in, and see that a sound server (PipeWire, PulseAudio) runs."
    return Finding("microphones", Mark.HINT, "none found; the voice and the words will be missing", fix)


def loudspeakers() -> Finding:
    """Whether what the computer plays can be told from the learner's voice."""
    from core.capture.reference import loudspeakers as listed

    try:
        names = [name for name, _is_default in listed()]
    except MonitorError as error:
        return Finding("loudspeakers", Mark.HINT, str(error))
    return Finding("loudspeakers", Mark.WELL, f"told from your voice: {', '.join(names)}; headphones are best")


def cameras() -> Finding:
    """The cameras that can be used."""
    from core.capture.devices import cameras as listed

    names = [device.name for device in listed()]
    if names:
        return Finding("cameras", Mark.WELL, ", ".join(names))
    fix = "Plug one in, or name a phone's stream with --camera URL."
    if sys.platform == "darwin":
        fix += " Allow it in System Settings > Privacy & Security > Camera."
    locked = [node.name for node in Path("/dev").glob("video*") if not os.access(node, os.R_OK | os.W_OK)]
    if locked:
        fix = f"/dev/{locked[0]} is there but not yours to open: sudo usermod -aG video $USER, then log in again."
    return Finding("cameras", Mark.HINT, "none found; the picture will be missing", fix)


def window_libraries() -> Finding:
    """The libraries of the system and Qt's modules: what is missing, and what it would give."""
    from app.window.platform_check import check_libraries

    missing = missing_here()
    words = "missing: " + "; ".join(
        f"{', '.join(part.file for part in missing if part.gives == gives)} ({gives})"
        for gives in dict.fromkeys(part.gives for part in missing)
    )
    fix = install_command(missing) or (f"{remedy(missing).capitalize()}." if missing else "")
    try:
        check_libraries()
    except WindowError as error:
        return Finding("window", Mark.FAULT, words if missing else str(error), fix)
    if missing:
        return Finding("window", Mark.HINT, words, fix)
    import PySide6

    return Finding("window", Mark.WELL, f"Qt {PySide6.__version__} with all its libraries")


def missing_here() -> list[SystemLibrary]:
    """Libraries and fonts that the system lacks, and modules of Qt that cannot be loaded."""
    missing = list(missing_libraries()) + ([] if has_font() else [FONT])
    with suppress(ImportError, OSError):  # reported below
        from app.diagnostics.qt_messages import log_qt_messages

        log_qt_messages()
    for module, gives in QT_MODULES.items():
        attempt = OptionalImport(gives)
        with attempt:
            import_module(module)
        if attempt.missing and attempt.missing.file not in {part.file for part in missing}:
            missing.append(attempt.missing)
    return missing


def display() -> Finding:
    """Whether there is a display for the window."""
    if not sys.platform.startswith("linux"):
        return Finding("display", Mark.WELL, "provided by the system")
    from app.window.platform_check import OFFSCREEN, check_display

    fix = f"Log in at a desktop, or draw offscreen: {OFFSCREEN}"
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            with suppress(ImportError):  # that Qt cannot be loaded is another finding
                try:
                    check_display()
                except WindowError:
                    return Finding("display", Mark.FAULT, f"{name}={os.environ[name]} does not answer", fix)
            return Finding("display", Mark.WELL, f"{name}={os.environ[name]}")
    return Finding("display", Mark.HINT, "none; the window cannot be shown, 'analyze' needs none", fix)


def disk() -> Finding:
    """Free space and write permission where models and settings are stored."""
    folder = paths.user_data()
    there = next(parent for parent in (folder, *folder.parents) if os.path.exists(parent))
    try:
        with tempfile.TemporaryFile(dir=there):  # permissions are not enough: a file system may be read-only
            free_gb = shutil.disk_usage(there).free / 1e9
    except OSError as error:
        fix = f"sudo chown -R $USER '{there}', or name a folder of yours in EDU_EMOTIONNET_HOME"
        return Finding("disk", Mark.FAULT, f"{folder} cannot be written to ({error.strerror})", fix)
    if free_gb < SPACE_NEEDED_GB:
        return Finding("disk", Mark.HINT, f"{free_gb:.1f} GB free at {folder}", "Free some space before a download.")
    return Finding("disk", Mark.WELL, f"{free_gb:.0f} GB free; settings and models are stored in {folder}")


def log() -> Finding:
    """Where unexpected failures are logged."""
    file = log_file()
    if file.exists():
        return Finding("log", Mark.WELL, f"failures are logged in {file} ({file.stat().st_size / 1e3:.0f} kB)")
    return Finding("log", Mark.WELL, f"no failure logged yet; the file would be {file}")


def sessions() -> Finding:
    """The stored sessions, and whether all of them can be read."""
    from core.store.session_library import SessionLibrary

    lines = SessionLibrary(paths.sessions()).lines()
    broken = [line for line in lines if line.problem]
    words = f"{len(lines)} stored, {sum(line.size_bytes for line in lines) / 1e6:.1f} MB in {paths.sessions()}"
    if broken:
        fix = f"{broken[0].problem} See 'edu-emotionnet sessions list'."
        return Finding("sessions", Mark.HINT, f"{words}; {len(broken)} cannot be read", fix)
    return Finding("sessions", Mark.WELL, words)


def lab() -> Finding:
    """Whether Lab Streaming Layer can be used; no stream is opened."""
    try:
        from pylsl import library_version
    except (ImportError, OSError, RuntimeError) as error:
        return Finding("lab", Mark.HINT, f"cannot be used: {error}", "pip install --force-reinstall pylsl")
    major, minor = divmod(library_version(), 100)
    return Finding("lab", Mark.WELL, f"liblsl {major}.{minor} is there; off until switched on in Settings")
