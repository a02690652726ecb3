#!/usr/bin/env python3
"""Installs everything the program needs, then runs or tests it. Uses the standard library only.

    python3 packaging/bootstrap.py run          opens the window (arguments go on to `edu-emotionnet`)
    python3 packaging/bootstrap.py test         checks style and types, then runs the tests (arguments go on to pytest)

It installs missing system packages (asking before sudo), makes `.venv` in the checkout, installs the project there with
the releases in `packaging/lock/` and runs the job. After an interruption the same command goes on. A second run finds
everything installed and starts at once.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 — the one file that an older Python may meet
    sys.exit("Python 3.11 or newer is needed; this one is " + platform.python_version() + ". See python.org.")

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # not there with PYTHONSAFEPATH or -P

from installing.console import CHECKOUT, call, say
from installing.environment import Environment
from installing.lock import Lock
from installing.python_packages import Installation
from installing.system_packages import install_system_packages
from installing.turn import only_one

ENVIRONMENT = Environment(CHECKOUT / ".venv")
SCREENSHOT = CHECKOUT / "screenshots" / "window.png"
SCREENSHOT_AFTER_S = 30
NO_DEVICES = 3
"""Exit code of `edu-emotionnet devices` when it finds neither a camera nor a microphone."""
CALM = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}  # waiting torch threads spin and slow the machine


def has_display() -> bool:
    """Whether a window can be shown; on Linux that takes a display server."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def program() -> tuple[str | Path, ...]:
    """What starts the program: not pip's script, which breaks where the checkout's path has a space and a `$`."""
    return ENVIRONMENT.python, "-m", "app"


def check_model() -> None:
    """Says whether the shipped model computes here as it did where it was trained; the window opens all the same."""
    say("Checking that the shipped model answers its golden clip")
    if call(*program(), "doctor", "--model"):
        say("It does not; the line above says what to do. Opening the window all the same.")


def run(arguments: list[str]) -> int:
    """Opens the window on the available devices or on the demo; without a display, saves a picture of it."""
    if arguments:
        return call(*program(), *arguments)
    demo: list[str] = []
    if not has_display() or call(*program(), "devices", quiet=True) == NO_DEVICES:
        say("Showing the demo: a drawn learner instead of a camera and a microphone.")
        demo = ["--demo"]
    if has_display():
        return call(*program(), *demo)
    SCREENSHOT.parent.mkdir(exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    say(f"No display here: drawing the window offscreen for {SCREENSHOT_AFTER_S} s.")
    code = call(*program(), *demo, "--quit-after", str(SCREENSHOT_AFTER_S), "--screenshot", SCREENSHOT)
    if code == 0:
        say(f"Its picture: {SCREENSHOT}")
    return code


def test_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the tests: offscreen without a display, few threads; variables already set take precedence."""
    return ({} if has_display() else {"QT_QPA_PLATFORM": "offscreen"}) | CALM | dict(environment)


def test(arguments: list[str]) -> int:
    """Runs the style, type and format checks, then the tests; the exit code is 0 only if all passed."""
    os.environ.update(test_environment(os.environ))
    checks = {
        "style (ruff)": ("ruff", "check", "."),
        "format (ruff)": ("ruff", "format", "--check", "."),
        "types (mypy)": ("mypy",),
    }
    failed = []
    for name, (tool, *rest) in checks.items():
        say(f"Checking {name}")
        if call(ENVIRONMENT.program(tool), *rest):
            failed.append(name)
    say(f"Running the tests{'; FAILED before them: ' + ', '.join(failed) if failed else ''}")
    return call(ENVIRONMENT.program("python"), "-m", "pytest", *arguments) or (1 if failed else 0)


def forget_other_pythons() -> None:
    """Removes variables that show packages of other places to pip, which would then not install its own."""
    for name in ("PYTHONHOME", "PYTHONPATH"):
        os.environ.pop(name, None)


def read_names_as_utf8() -> None:
    """Without this, Python before 3.13 does not start in an environment whose path the locale C cannot spell."""
    if sys.platform.startswith("linux") and os.environ.get("LC_ALL") in ("C", "POSIX"):
        os.environ["LC_ALL"] = "C.UTF-8"


JOBS = {"run": run, "test": test}


def main() -> int:
    """Installs what the job needs, then runs it."""
    if len(sys.argv) < 2 or sys.argv[1] not in JOBS:
        print(__doc__)
        return 2
    job, arguments = sys.argv[1], sys.argv[2:]
    forget_other_pythons()
    read_names_as_utf8()
    install_system_packages(job)
    with only_one(CHECKOUT):
        renewed = Installation(job, ENVIRONMENT, Lock(CHECKOUT / "packaging" / "lock")).renew()
    if renewed and job == "run":
        check_model()
    return JOBS[job](arguments)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # a path may hold letters that the terminal lacks
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again: it goes on from here.", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror or error}. Check the free space, and that it can be written.", file=sys.stderr)
        sys.exit(1)
