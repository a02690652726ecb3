"""Builds the folder that runs without Python, with its licences and its bill of materials inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bundling import contents, licences, sbom
from bundling.environment import BuildError, wheel_hashes
from bundling.places import NAME, Build

STRIPPED = ("torch/lib/*.so*", "pyarrow/*.so*")
"""Libraries whose symbols for debuggers and linkers are removed; that saves 100 MB."""


def make_bundle(build: Build) -> None:
    """Runs PyInstaller, then adds `licenses/` and `sbom.cdx.json` to the bundle and puts a copy of both beside it."""
    spec = build.checkout / "packaging" / "edu-emotionnet.spec"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(build.bundle.parent), "--workpath", str(build.work), str(spec)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(build.made_at_s), "PYTHONHASHSEED": "1"}
    if subprocess.run(command, check=False, env=environment).returncode:
        raise BuildError("PyInstaller failed; its lines above say why.")
    strip(build.bundle / "_internal")
    if missing := missing_libraries(build.bundle / "_internal"):
        raise BuildError("Libraries of the bundle lack others:\n" + "\n".join(missing))
    describe(build)


def describe(build: Build) -> None:
    """Writes the licences and the bill of materials of the bundle."""
    parts = contents.parts(contents.read(build.listing), build.checkout, build.version, build.listing.parent)
    for part in parts:
        if part.kind == "unknown":
            print(f"No package owns this file of the bundle: {part.name}", flush=True)
    licences.collect(parts, build.checkout, build.bundle / "licenses")
    bill = build.bundle / "sbom.cdx.json"
    sbom.write(parts, build.bundle / "_internal", wheel_hashes(Path(sys.prefix)), build.made_at_s, bill)
    build.output.mkdir(parents=True, exist_ok=True)
    beside = build.output / f"{NAME}-{build.version}-{sys.platform}"
    shutil.copy(bill, f"{beside}.sbom.cdx.json")
    shutil.make_archive(f"{beside}-licenses", "zip", build.bundle, "licenses")


def strip(internal: Path) -> None:
    """Removes symbols from the large libraries, on Linux."""
    if not sys.platform.startswith("linux"):
        return
    for pattern in STRIPPED:
        for library in sorted(internal.glob(pattern)):
            if not library.is_symlink():
                subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)


def missing_libraries(internal: Path) -> list[str]:
    """What the bundle's libraries need and what is neither inside nor on this machine; on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    inside = {path.name: path for path in sorted(internal.rglob("*.so*"))}
    found = []
    for library in inside.values():
        lines = subprocess.run(["ldd", str(library)], capture_output=True, text=True, check=False).stdout.splitlines()
        needed = [line.split()[0] for line in lines if "not found" in line]
        # A library finds another one of its package through the one that loaded it, which `ldd` does not see.
        found += [f"{library.relative_to(internal)}: {name}" for name in needed if name not in inside]
    return found
