#!/usr/bin/env python3
"""Installs everything the program needs, then runs or tests it. Uses the standard library only.

    python3 packaging/bootstrap.py run          opens the window (arguments go on to `edu-emotionnet`)
    python3 packaging/bootstrap.py test         checks style and types, then runs the tests (arguments go on to pytest)

It installs missing system packages (asking before sudo), makes `.venv` in the checkout, installs the project there and
runs the job. A second run finds everything installed and starts at once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
SCREENSHOT = CHECKOUT / "screenshots" / "window.png"
SCREENSHOT_AFTER_S = 20
NO_DEVICES = 3
"""Exit code of `edu-emotionnet devices` when it finds neither a camera nor a microphone."""

TEST_PACKAGES = ("xvfb", "xdotool", "pulseaudio", "pulseaudio-utils", "libasound2-plugins", "espeak-ng")
"""A virtual screen with a virtual keyboard, a virtual microphone and a voice to speak into it."""
CALM = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}  # waiting torch threads spin and slow the machine
EXTRAS = {"run": "", "test": "[train,dev,docs]"}
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def say(text: str) -> None:
    """Prints the current step; flushed, so that it precedes the step's own output."""
    print(f"==> {text}", flush=True)


def call(*command: str | Path, quiet: bool = False) -> int:
    """Runs a command in the checkout; returns its exit code."""
    sink = subprocess.DEVNULL if quiet else None
    return subprocess.run([str(part) for part in command], cwd=CHECKOUT, stdout=sink, check=False).returncode


# -- system packages ---------------------------------------------------------------------------------------------------


def wanted_packages(job: str) -> tuple[str, ...]:
    """Debian packages that the job needs."""
    sys.path.insert(0, str(CHECKOUT))
    from core.system_libraries import debian_packages  # not installed yet; an older Python never comes here

    venv = () if importlib.util.find_spec("ensurepip") else (f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",)
    return debian_packages() + venv + (TEST_PACKAGES if job == "test" else ())


def missing_packages(wanted: tuple[str, ...], dpkg_listing: str) -> list[str]:
    """The wanted names that are not installed, by lines of `name status`. Ubuntu calls some of them `…t64`."""
    rows = (line.split() for line in dpkg_listing.splitlines())
    installed = {row[0].split(":")[0] for row in rows if len(row) == 2 and row[1] == "installed"}
    return [name for name in wanted if not {name, f"{name}t64"} & installed]


def install_system_packages(job: str) -> None:
    """Installs missing packages with apt; on systems without it, prints what is needed."""
    if not shutil.which("apt-get"):
        if sys.platform.startswith("linux"):
            say(
                "This is not Debian or Ubuntu. Please install these under your system's names: "
                + ", ".join(wanted_packages(job))
            )
        return
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\\n"], capture_output=True, text=True, check=True
    )
    missing = missing_packages(wanted_packages(job), listing.stdout)
    if not missing:
        return
    say(f"Missing system packages: {' '.join(missing)}")
    if not may_install():
        say(f"Not installed. Later: sudo apt-get install {' '.join(missing)}")
        return
    prefix = [] if is_root() else ["sudo"]
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    call(*environment, "update", "-qq", quiet=True)
    if call(*environment, "install", "-qq", "-y", "-o=Dpkg::Use-Pty=0", "--no-install-recommends", *missing):
        say("apt-get could not install them all. Continuing, but the window or the tests may not work.")


def is_root() -> bool:
    """Whether apt-get needs no sudo."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def may_install() -> bool:
    """Asks the user, except root and CI. Without a terminal the answer is no."""
    if is_root() or os.environ.get("CI") == "true":
        return True
    if not sys.stdin.isatty():
        return False
    return input("    Install them with sudo apt-get? [Y/n] ").strip().lower() in ("", "y", "yes")


# -- the virtual environment -------------------------------------------------------------------------------------------


def venv_program(name: str) -> Path:
    """A program inside `.venv`."""
    return VENV / ("Scripts" if os.name == "nt" else "bin") / (f"{name}.exe" if os.name == "nt" else name)


def stamp(job: str, pyproject: bytes) -> str:
    """The inputs of an installation for `job`; if they differ, the installation is renewed."""
    return hashlib.sha256(pyproject + f"{job} {platform.python_version()} {CHECKOUT}".encode()).hexdigest()


def install_project(job: str) -> None:
    """Creates `.venv` and installs the project into it, editable, unless the stamp still matches."""
    pyproject = (CHECKOUT / "pyproject.toml").read_bytes()
    marks = {name: VENV / f"installed-for-{name}" for name in EXTRAS}
    fits = [name for name, mark in marks.items() if mark.exists() and mark.read_text() == stamp(name, pyproject)]
    if job in fits or "test" in fits:  # the packages of the tests include those of the window
        return
    if not venv_program("python").exists():
        say(f"Making a virtual environment in {VENV}")
        if call(sys.executable, "-m", "venv", VENV):
            raise SystemExit(
                "Python could not make a virtual environment. On Debian: sudo apt-get install python3-venv"
            )
    import tomllib  # here, so that an older Python reaches the message that asks for a newer one

    install_torch(tomllib.loads(pyproject.decode())["project"]["dependencies"])
    say("Installing the project and its packages (several hundred MB the first time)")
    if pip("install", "--editable", f"{CHECKOUT}{EXTRAS[job]}"):
        raise SystemExit("pip could not install the packages; see the lines above. Run this command again to continue.")
    marks[job].write_text(stamp(job, pyproject))


def pip(*arguments: str) -> int:
    """Runs the environment's pip."""
    return call(venv_program("python"), "-m", "pip", "--disable-pip-version-check", *arguments)


def install_torch(dependencies: list[str]) -> None:
    """Without an NVIDIA GPU, installs torch's CPU build, which saves several GB. Optional: failure is no error."""
    requirement = next(line for line in dependencies if line.startswith("torch"))
    if has_nvidia() or not brings_cuda(pip_plan(requirement)):
        return
    say("No NVIDIA GPU here: installing torch's CPU build")
    if pip("install", "--retries", "1", "--timeout", "15", "--index-url", TORCH_CPU_INDEX, requirement):
        say("The index of CPU builds could not be reached. The default build of torch works too; it is larger.")


def has_nvidia() -> bool:
    """Whether an NVIDIA driver works."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def pip_plan(requirement: str) -> dict[str, list[dict[str, dict[str, str]]]]:
    """Pip's report of what it would install for a requirement; empty if pip fails."""
    python = str(venv_program("python"))
    command = [python, "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-", requirement]
    report = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(report.stdout) if report.returncode == 0 else {}


def brings_cuda(plan: dict[str, list[dict[str, dict[str, str]]]]) -> bool:
    """Whether a pip report holds NVIDIA's libraries."""
    return any(entry["metadata"]["name"].lower().startswith("nvidia-") for entry in plan.get("install", []))


# -- the two jobs ------------------------------------------------------------------------------------------------------


def has_display() -> bool:
    """Whether a window can be shown; on Linux that takes a display server."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: list[str]) -> int:
    """Opens the window on the available devices or on the demo; without a display, saves a picture of it."""
    program = venv_program("edu-emotionnet")
    if arguments:
        return call(program, *arguments)
    demo: list[str] = []
    if not has_display() or call(program, "devices", quiet=True) == NO_DEVICES:
        say("Showing the demo: a drawn learner instead of a camera and a microphone.")
        demo = ["--demo"]
    if has_display():
        return call(program, *demo)
    SCREENSHOT.parent.mkdir(exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    say(f"No display here: drawing the window offscreen for {SCREENSHOT_AFTER_S} s.")
    code = call(program, *demo, "--quit-after", str(SCREENSHOT_AFTER_S), "--screenshot", SCREENSHOT)
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
        if call(venv_program(tool), *rest):
            failed.append(name)
    say(f"Running the tests{'; FAILED before them: ' + ', '.join(failed) if failed else ''}")
    return call(venv_program("python"), "-m", "pytest", *arguments) or (1 if failed else 0)


JOBS = {"run": run, "test": test}


def main() -> int:
    """Installs what the job needs, then runs it."""
    if len(sys.argv) < 2 or sys.argv[1] not in JOBS:
        print(__doc__)
        return 2
    job, arguments = sys.argv[1], sys.argv[2:]
    install_system_packages(job)
    install_project(job)
    return JOBS[job](arguments)


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 — the one file that an older Python may meet
        sys.exit("Python 3.11 or newer is needed; this one is " + platform.python_version() + ". See python.org.")
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
