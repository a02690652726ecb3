"""Collects the licence texts of everything in a bundle into its folder `licenses/`."""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from bundling.contents import Part
from bundling.native_libraries import native_libraries

TEXTS = Path(__file__).parent.parent / "licence-texts"
_FILE = re.compile(r"(licen[cs]e|copying|notice|authors|copyright|third.?party)", re.IGNORECASE)
_SPDX = re.compile(r"MIT|ISC|[A-Za-z]+-[0-9][\w.-]*( (OR|AND|WITH) [\w.-]+)*")
_CODE = (".py", ".pyc", ".pyi", ".so", ".h", ".hpp", ".rst.in")
_BY_CLASSIFIER = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_KNOWN = {
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pyinstaller-hooks-contrib": "Apache-2.0",
    "transformers": "Apache-2.0",
}
"""Packages that state it in a sentence. PyInstaller's start program may be passed on under any licence."""


def collect(parts: Iterable[Part], checkout: Path, folder: Path) -> None:
    """Writes the licence texts of all parts and a table of them into `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(TEXTS / "spdx", folder / "common")
    rows = []
    for part in parts:
        target = folder / f"{part.kind}-{part.name}"
        for name, text in texts(part, checkout):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(text)
        rows.append((part.name, part.version, license_of(part), target.name if target.exists() else "common"))
        rows += _native_rows(part, folder)
    (folder / "README.md").write_text(readme(sorted(set(rows))), encoding="utf-8")


def license_of(part: Part) -> str:
    """The licence as its makers state it: an SPDX expression where they give one, else their own words."""
    if part.kind == "program":
        return "Apache-2.0"
    if part.kind == "python":
        return "PSF-2.0"
    if part.distribution is None:
        return "see the copyright file" if part.kind == "debian" else "unknown"
    return stated_license(part.distribution)


def stated_license(distribution: Distribution) -> str:
    """The licence in a Python package's metadata, shortened to an SPDX identifier where a classifier names one."""
    metadata: Any = distribution.metadata  # a message of the `email` package
    if (known := _KNOWN.get(metadata["Name"].lower())) is not None:
        return known
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [line.split(" :: ")[-1] for line in metadata.get_all("Classifier", []) if line.startswith("License")]
    named = sorted({_BY_CLASSIFIER[name] for name in classifiers if name in _BY_CLASSIFIER})
    own = str(metadata.get("License") or "").strip()
    if _SPDX.fullmatch(own):
        return own
    return " OR ".join(named) or (own if 0 < len(own) < 80 else "see its licence file")


def texts(part: Part, checkout: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a part's licence files."""
    for path, name in _files(part, checkout):
        if path.is_file():
            yield name, path.read_bytes()


def readme(rows: Iterable[tuple[str, str, str, str]]) -> str:
    """The text that explains the folder, with a table of name, version, licence and folder."""
    table = "\n".join(f"| {name} | {version} | {license} | `{where}` |" for name, version, license, where in rows)
    return f"""# Licences of everything in this folder

Edu-EmotionNet Learner Monitor is Apache-2.0. This bundle also holds Python, Python packages and libraries under the
licences below, each with its text. `sbom.cdx.json` is the same list for programs (CycloneDX).

Libraries under the LGPL (Qt and PySide6, FFmpeg in PySide6, PyAV and OpenCV, GMP, Nettle, GnuTLS, ALSA, LAME) are
separate files that the program loads when it starts. You may replace each of them by your own build with the same
interface: put a file of the same name in its place under `_internal`. Their sources are published by their projects
(qt.io, ffmpeg.org and so on). Reverse engineering for debugging such changes is allowed.

PyAV's FFmpeg is linked to x264 and x265, which are under the GPL, version 2 or later; the program uses x264 where the
user chose to keep pictures. If you pass this bundle on with them, you do so under the GPL, version 3, with which
Apache-2.0 is compatible.

| part | version | licence | text |
|---|---|---|---|
{table}
"""


def _native_rows(part: Part, folder: Path) -> list[tuple[str, str, str, str]]:
    rows = []
    for _, library in native_libraries(part):
        notice = TEXTS / "projects" / f"{library.project.lower().replace(' ', '-')}.txt"
        where = f"{part.kind}-{part.name}"
        if notice.exists():
            (folder / "projects").mkdir(exist_ok=True)
            shutil.copy(notice, folder / "projects" / notice.name)
            where = f"projects/{notice.name}"
        rows.append((f"{library.project} (in {part.name})", "", library.license, where))
    return rows


def _files(part: Part, checkout: Path) -> Iterator[tuple[Path, str]]:
    if part.kind == "program":
        yield checkout / "LICENSE", "LICENSE"
        yield checkout / "assets" / "LICENSES.md", "LICENSES.md"
    elif part.kind == "python":
        yield _python_license(), "LICENSE.txt"
    elif part.kind == "debian":
        yield Path("/usr/share/doc") / part.name / "copyright", "copyright"
    elif part.distribution is not None:
        for file in part.distribution.files or ():
            if _is_licence(file.as_posix()):
                yield Path(str(part.distribution.locate_file(file))), _short(file.as_posix())


def _is_licence(path: str) -> bool:
    if path.endswith(_CODE) or "/tests/" in path:
        return False
    inside = path.partition(".dist-info/")[2]
    return inside.startswith(("licenses/", "sboms/")) or bool(_FILE.search(Path(path).name))


def _short(path: str) -> str:
    return path.partition(".dist-info/")[2].removeprefix("licenses/") or path


def _python_license() -> Path:
    beside = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    return beside if beside.exists() else Path(f"/usr/share/doc/python3.{sys.version_info.minor}/copyright")
