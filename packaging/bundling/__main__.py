"""The second half of `packaging/build.py`, which runs in the build environment: makes the bundle and its packages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import typer.main

from bundling import archive, debian
from bundling.environment import BuildError
from bundling.folder import make_bundle
from bundling.manual import manual_page
from bundling.places import Build
from bundling.sbom import InvalidBomError
from bundling.sizes import table
from bundling.tree import PROGRAM_FOLDER, lay_out


def main() -> int:
    """Runs one job; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=("bundle", *PACKAGES))
    for option in ("--checkout", "--work", "--output"):
        parser.add_argument(option, type=Path, required=True)
    parser.add_argument("--made-at", type=int, required=True)
    asked = parser.parse_args()
    from core import __version__

    build = Build(asked.checkout, asked.work, asked.output, __version__, asked.made_at)
    try:
        make_bundle(build)
        print(table(build.bundle, build.listing), flush=True)
        for package in PACKAGES[asked.job](build) if asked.job in PACKAGES else ():
            print(package, flush=True)
    except (BuildError, InvalidBomError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def linux(build: Build) -> list[Path]:
    """Packs the bundle as `.deb` and as `.tar.gz`."""
    from app.__main__ import cli
    from core.system_libraries import debian_packages

    root = build.work / "root"
    lay_out(build, root, manual_page(typer.main.get_command(cli), build.version, build.made_at_s))
    glibc = debian.glibc_needed(debian.needed_symbols(root / PROGRAM_FOLDER))
    install = archive.install_text((*debian_packages(), *debian.TOOLCHAIN), glibc)
    return [debian.pack(build, root, debian_packages(), glibc), archive.pack(build, install)]


def windows(build: Build) -> list[Path]:
    """Makes the installer with Inno Setup."""
    from icon_files import write_icon
    from windows.installer import make_installer

    icon = write_icon(build.work / "icon.ico")
    return [make_installer(build.bundle, icon, build.output, build.version)]


def macos(build: Build) -> list[Path]:
    """Makes the disk image; signs and notarises it if the variables for that are set."""
    from macos.disk_image import make_disk_image, sign_and_notarise

    image = make_disk_image(build.bundle.parent / "Learner Monitor.app", build.output, build.version)
    sign_and_notarise(image)
    return [image]


PACKAGES = {"linux": linux, "windows": windows, "macos": macos}

if __name__ == "__main__":
    sys.exit(main())
