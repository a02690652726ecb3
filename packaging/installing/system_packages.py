"""Installs missing Debian packages, after asking."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

from installing.console import CHECKOUT, call, say

TEST_PACKAGES = (
    *("xvfb", "xdotool", "pulseaudio", "pulseaudio-utils", "libasound2-plugins", "espeak-ng"),
    *("desktop-file-utils", "appstream"),
)
"""A virtual screen with a virtual keyboard, a virtual microphone, a voice to speak into it; checkers of the files for
a desktop."""


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
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
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
    """Asks the user, except root and CI. Without a terminal, an answer or sudo it is no."""
    if is_root():
        return True
    if not shutil.which("sudo"):
        return False
    if os.environ.get("CI") == "true":
        return True
    if not sys.stdin.isatty():
        return False
    try:
        return input("    Install them with sudo apt-get? [Y/n] ").strip().lower() in ("", "y", "yes")
    except EOFError:
        return False
