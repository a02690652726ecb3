#!/usr/bin/env python3
"""Builds what people install. Uses the standard library only; the rest is installed into an environment of its own.

    python3 packaging/build.py linux      the .deb and the .tar.gz, on Debian 12
    python3 packaging/build.py windows    the installer, on Windows with Inno Setup; never run there
    python3 packaging/build.py macos      the disk image, on a Mac; never run there
    python3 packaging/build.py bundle     only the folder that runs without Python

Results are in `dist/`: the packages, the bill of materials (CycloneDX) and the licences. The bundle itself is in
`build/bundle`. Needs about 8 GB of disk; takes a quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bundling.environment import BuildEnvironment

CHECKOUT = Path(__file__).resolve().parent.parent
LINUX_TOOLS = ("dpkg-deb", "dpkg-query", "readelf", "strip")


def main() -> int:
    """Makes the environment, then runs `packaging/bundling` in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=("linux", "windows", "macos", "bundle"))
    parser.add_argument("--work", type=Path, default=CHECKOUT / "build", metavar="DIR", help="Environment and bundle.")
    parser.add_argument("--output", type=Path, default=CHECKOUT / "dist", metavar="DIR", help="The results.")
    asked = parser.parse_args()
    if asked.job == "linux" and (missing := [tool for tool in LINUX_TOOLS if not shutil.which(tool)]):
        print(f"Missing: {', '.join(missing)}. On Debian: sudo apt-get install dpkg binutils", file=sys.stderr)
        return 1
    work, output = asked.work.resolve(), asked.output.resolve()
    environment = BuildEnvironment(CHECKOUT, work / "environment")
    environment.make()
    command = [str(environment.python), "-m", "bundling", asked.job, "--checkout", str(CHECKOUT)]
    command += ["--work", str(work), "--output", str(output), "--made-at", str(made_at_s())]
    search = os.pathsep.join((str(CHECKOUT / "packaging"), str(CHECKOUT)))
    return subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": search}).returncode


def made_at_s() -> int:
    """The time that the files carry: `SOURCE_DATE_EPOCH`, or the time of the commit, or of pyproject.toml."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(CHECKOUT), "log", "-1", "--format=%ct"]
    if shutil.which("git"):
        answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        if answer:
            return int(answer)
    return int((CHECKOUT / "pyproject.toml").stat().st_mtime)


if __name__ == "__main__":
    sys.exit(main())
