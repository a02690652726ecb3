"""Packs the bundle as a Debian package."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from bundling.places import NAME, Build
from bundling.tree import set_modes_and_times

RENAMED = ("libglib2.0-0",)
"""Packages that Debian 13 calls by the same name with `t64` at its end."""
TOOLCHAIN = ("libgcc-s1", "libstdc++6", "zlib1g")
"""Libraries that every compiled package uses; `core/system_libraries.py` leaves them out, as Python has them too."""
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Edu-EmotionNet Learner Monitor

Files: *
Copyright: The Edu-EmotionNet Learner Monitor authors
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.

Files: usr/lib/edu-emotionnet/_internal/*
Copyright: the authors of the packages listed in usr/lib/edu-emotionnet/licenses/README.md
License: various
 Each package's licence text is in /usr/lib/edu-emotionnet/licenses.
"""
OVERRIDES = """# The package carries its own Python and its libraries, built elsewhere.
edu-emotionnet: embedded-library
edu-emotionnet: library-not-linked-against-libc
edu-emotionnet: shared-library-lacks-prerequisites
edu-emotionnet: unstripped-binary-or-object
edu-emotionnet: custom-library-search-path
edu-emotionnet: hardening-no-pie
edu-emotionnet: hardening-no-relro
edu-emotionnet: hardening-no-fortify-functions
edu-emotionnet: hardening-no-bindnow
edu-emotionnet: extra-license-file
edu-emotionnet: package-contains-documentation-outside-usr-share-doc
edu-emotionnet: executable-stack-in-shared-library
edu-emotionnet: spelling-error-in-binary
"""


def file_name(version: str, architecture: str) -> str:
    """Name of the package's file."""
    return f"{NAME}_{version}_{architecture}.deb"


def depends(packages: Iterable[str], glibc: str) -> str:
    """The field `Depends`: the packages, some under either of two names, and the C library that the bundle needs."""
    named = sorted({f"{name} | {name}t64" if name in RENAMED else name for name in (*packages, *TOOLCHAIN)})
    return ", ".join([f"libc6 (>= {glibc})", *named])


def control(version: str, architecture: str, needs: str, installed_kib: int) -> str:
    """The package's control file. Policy demands an address of the maintainer; no public one exists yet."""
    return f"""Package: {NAME}
Version: {version}
Architecture: {architecture}
Maintainer: The Edu-EmotionNet Learner Monitor authors <edu-emotionnet@localhost>
Installed-Size: {installed_kib}
Depends: {needs}
Recommends: xdg-utils
Section: education
Priority: optional
Description: Learner Monitor: how a learner's expressions may be read
 Estimates on this device and in real time how confused, curious, bored or
 frustrated a learner may be, from a webcam, the voice and spoken words, and
 shows how much each of them contributed. It can be wrong. Picture and sound
 stay on the machine, and are kept only if you switch on recording.
 .
 The package brings its own Python and its libraries. It does not train models.
"""


def glibc_needed(symbols: Iterable[str]) -> str:
    """The newest version of the C library among symbols such as `GLIBC_2.34`."""
    versions = {symbol.removeprefix("GLIBC_") for symbol in symbols if symbol.startswith("GLIBC_2")}
    return max(versions, key=lambda version: tuple(int(part) for part in version.split(".")))


def needed_symbols(folder: Path) -> set[str]:
    """Versions of symbols that the libraries in a folder need from the system."""
    found: set[str] = set()
    for library in [folder / NAME, *(folder / "_internal").rglob("*.so*")]:
        if not library.is_symlink():
            lines = subprocess.run(["readelf", "-V", str(library)], capture_output=True, text=True, check=True).stdout
            found |= {word for line in lines.splitlines() if "Name: GLIBC_2" in line for word in line.split()}
    return found


def pack(build: Build, root: Path, packages: Sequence[str], glibc: str) -> Path:
    """Adds the control files to a tree that `tree.lay_out` made, and packs it. Returns the package's path."""
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    write(root / "usr/share/doc" / NAME / "copyright", COPYRIGHT)
    write(root / "usr/share/lintian/overrides" / NAME, OVERRIDES)
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    installed_kib = sum(-(-path.stat().st_size // 1024) for path in files)
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files)
    fields = control(build.version, architecture, depends(packages, glibc), installed_kib)
    write(root / "DEBIAN" / "control", fields)
    write(root / "DEBIAN" / "md5sums", sums)
    set_modes_and_times(root, build.made_at_s)
    target = build.output / file_name(build.version, architecture)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(root), str(target)], check=True)
    return target


def write(path: Path, text: str) -> None:
    """Writes a text file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
