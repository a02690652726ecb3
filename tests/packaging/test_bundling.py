"""The bundle and its packages: what is left out and what is inside, licences, bill of materials, control file.

The real build takes a quarter of an hour; a release runs it. Here its parts run on small folders.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import subprocess
import sys
import tarfile
from importlib.metadata import PathDistribution
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import typer.main

from core.system_libraries import LIBRARIES, debian_packages

CHECKOUT = Path(__file__).parents[2]
PACKAGING = CHECKOUT / "packaging"
MODULES = ("archive", "contents", "debian", "left_out", "licences", "manual", "native_libraries", "places", "tree")
TIME_S = 1_750_000_000
ONLY_FILTERED_IMPORTS = """
import json, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from bundling import left_out


class WithoutLeftOut:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        return None if left_out.is_left_out_module(name) else self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)


sys.meta_path[:] = [WithoutLeftOut(finder) for finder in sys.meta_path]
import pyarrow.csv, pyarrow.parquet, scipy.fft, scipy.optimize, scipy.signal, scipy.special, vosk, pylsl, sounddevice
import pywebrtc_audio
import moonshine_voice, transformers.audio_utils
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PySide6 import QtMultimedia, QtSvg, QtWidgets
from core.features.load_model import shipped
from core.model.checkpoint import load

load(shipped())
moonshine = moonshine_voice.Transcriber(str(moonshine_voice.get_model_path("tiny-en")), moonshine_voice.ModelArch.TINY)
mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "/" in line}
print(json.dumps(sorted(mapped)))
"""


@pytest.fixture(scope="module")
def bundling():
    sys.path.insert(0, str(PACKAGING))
    yield SimpleNamespace(**{name: importlib.import_module(f"bundling.{name}") for name in MODULES})
    sys.path.remove(str(PACKAGING))


@pytest.fixture
def build(bundling, tmp_path):
    build = bundling.places.Build(CHECKOUT, tmp_path / "work", tmp_path / "dist", "1.2.3", TIME_S)
    (build.bundle / "_internal").mkdir(parents=True)
    (build.bundle / "edu-emotionnet").write_bytes(b"program")
    (build.bundle / "edu-emotionnet").chmod(0o700)
    (build.bundle / "_internal" / "libone.so").write_bytes(b"library")
    (build.bundle / "_internal" / "libone.so.1").symlink_to("libone.so")
    build.output.mkdir()
    return build


# -- what is left out --------------------------------------------------------------------------------------------------


def imported_by(file: Path) -> set[str]:
    """Full names that a file imports at any depth, outside `if TYPE_CHECKING`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_nothing_that_the_program_imports_is_left_out(bundling):
    files = [file for room in ("app", "core") for file in (CHECKOUT / room).rglob("*.py")]
    files = [file for file in files if not file.is_relative_to(CHECKOUT / "core" / "training")]
    imported = {name for file in files for name in imported_by(file)}
    assert {"PySide6.QtMultimedia.QMediaDevices", "pyarrow.parquet", "torch.nn"} <= imported
    left_out = {name for name in imported if bundling.left_out.is_left_out_module(name)}
    assert left_out == {"pyroomacoustics"}  # for `bench words --simulate`, which says that it needs the train extra


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_model_loads_without_what_is_left_out(bundling):
    command = [sys.executable, "-c", ONLY_FILTERED_IMPORTS, str(PACKAGING), str(CHECKOUT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    mapped = json.loads(done.stdout.splitlines()[-1])
    inside = [file.split("/site-packages/")[1] for file in mapped if "/site-packages/" in file]
    assert len(inside) > 30
    assert [file for file in inside if bundling.left_out.is_left_out_file(file)] == []


def test_moonshines_model_is_inside_and_its_samples_are_not(bundling):
    assets = Path(find_spec("moonshine_voice").origin).parent
    files = [file.relative_to(assets.parent).as_posix() for file in assets.rglob("assets/**/*") if file.is_file()]
    inside = [file for file in files if not bundling.left_out.is_left_out_file(file)]
    assert sorted(Path(file).name for file in inside) == [
        "decoder_model_merged.ort",
        "encoder_model.ort",
        "tokenizer.bin",
    ]
    assert (
        bundling.native_libraries.native_library("moonshine_voice.libs/libonnxruntime-1.so.1").project == "ONNX Runtime"
    )
    assert bundling.native_libraries.native_library("moonshine_voice/onnxruntime.dll").project == "ONNX Runtime"
    assert bundling.native_libraries.native_library("moonshine_voice/libmoonshine.so") is None


def test_models_of_transformers_are_left_out_by_default(bundling):
    assert bundling.left_out.is_left_out_module("transformers.models.llama.modeling_llama")
    assert not bundling.left_out.is_left_out_module("transformers.models.bert.modeling_bert")
    assert not bundling.left_out.is_left_out_module("transformers.models")


def test_pythons_own_libraries_are_kept_and_the_systems_are_not(bundling):
    own = ("/home/me/environment",)
    assert not bundling.left_out.is_left_to_system("libssl.so.3", "/lib/x86_64-linux-gnu/libssl.so.3", own)
    assert bundling.left_out.is_left_to_system("libglib-2.0.so.0", "/lib/libglib-2.0.so.0", own)
    assert not bundling.left_out.is_left_to_system("libglib-2.0.so.0", "/home/me/environment/libglib-2.0.so.0", own)


# -- what is inside ----------------------------------------------------------------------------------------------------


def test_every_file_gets_its_owner(bundling, tmp_path):
    entry = bundling.contents.Entry
    entries = [
        entry("numpy", np.__file__, "PYMODULE"),
        entry("json", json.__file__, "PYMODULE"),
        entry("base_library.zip", str(tmp_path / "base_library.zip"), "DATA"),
        entry("assets/LICENSES.md", str(CHECKOUT / "assets" / "LICENSES.md"), "DATA"),
        entry("odd", "/nowhere/odd.so", "BINARY"),
        entry("out", np.__file__, "DATA", inside=False),
        entry("namespace", "-", "PYMODULE"),
    ]
    parts = bundling.contents.parts(entries, CHECKOUT, "1.2.3", tmp_path)
    found = {(part.kind, part.name, part.version): [entry.name for entry in part.entries] for part in parts}
    python = sys.version.split()[0]
    assert found == {
        ("program", "edu-emotionnet-monitor", "1.2.3"): ["assets/LICENSES.md"],
        ("pypi", "numpy", np.__version__): ["numpy"],
        ("python", "CPython", python): ["base_library.zip", "json"],
        ("unknown", "odd.so", ""): ["odd"],
    }
    assert parts[0].kind == "program"


@pytest.mark.skipif(not Path("/var/lib/dpkg/info/libc6:amd64.list").exists(), reason="needs Debian on x86-64")
def test_a_library_of_the_system_belongs_to_its_debian_package(bundling, tmp_path):
    entry = bundling.contents.Entry("libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6", "BINARY")
    (part,) = bundling.contents.parts([entry], CHECKOUT, "1.2.3", tmp_path)
    assert (part.kind, part.name) == ("debian", "libc6")
    assert part.version[0].isdigit()


@pytest.fixture
def package(bundling, tmp_path):
    """A package with a licence file, and with FFmpeg inside its wheel."""
    info = tmp_path / "site" / "sounder-1.0.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text("Name: sounder\nVersion: 1.0\nLicense-Expression: BSD-3-Clause\n")
    (info / "licenses" / "LICENSE").write_text("the text of sounder")
    (info / "RECORD").write_text("sounder-1.0.dist-info/licenses/LICENSE,,\n")
    library = bundling.contents.Entry("av.libs/libavcodec-1.so.62", "-", "BINARY")
    module = bundling.contents.Entry("sounder.dylib", "-", "PYMODULE")
    return bundling.contents.Part("pypi", "sounder", "1.0", (library, module), PathDistribution(info))


def test_licences_are_collected_with_those_of_libraries_in_wheels(bundling, package, tmp_path):
    program = bundling.contents.Part("program", "edu-emotionnet-monitor", "1.2.3", ())
    bundling.licences.collect([program, package], CHECKOUT, tmp_path / "licenses")
    assert (tmp_path / "licenses" / "pypi-sounder" / "LICENSE").read_text() == "the text of sounder"
    assert "Apache License" in (tmp_path / "licenses" / "program-edu-emotionnet-monitor" / "LICENSE").read_text()
    assert "FFmpeg" in (tmp_path / "licenses" / "projects" / "ffmpeg.txt").read_text()
    assert "GNU LESSER" in (tmp_path / "licenses" / "common" / "LGPL-3.0.txt").read_text()
    table = (tmp_path / "licenses" / "README.md").read_text()
    assert "| sounder | 1.0 | BSD-3-Clause | `pypi-sounder` |" in table
    assert "| FFmpeg (in sounder) |  | LGPL-3.0-or-later | `projects/ffmpeg.txt` |" in table


@pytest.mark.parametrize(
    ("metadata", "license"),
    [
        ("License-Expression: MIT AND Zlib", "MIT AND Zlib"),
        ("License: BSD\nClassifier: License :: OSI Approved :: BSD License", "BSD-3-Clause"),
        ("License: LGPL-3.0-only OR GPL-2.0-only", "LGPL-3.0-only OR GPL-2.0-only"),
        ("License: UNKNOWN\nClassifier: License :: OSI Approved :: Apache Software License", "Apache-2.0"),
        ("Summary: none given", "see its licence file"),
    ],
)
def test_a_licence_is_an_spdx_identifier_where_one_is_given(bundling, tmp_path, metadata, license):
    (tmp_path / "METADATA").write_text(f"Name: some\nVersion: 1\n{metadata}\n")
    assert bundling.licences.stated_license(PathDistribution(tmp_path)) == license


def test_the_bill_of_materials_fits_its_schema_and_hashes_libraries(bundling, package, tmp_path):
    sbom = importlib.import_module("bundling.sbom")
    (tmp_path / "av.libs").mkdir()
    (tmp_path / "av.libs" / "libavcodec-1.so.62").write_bytes(b"library")
    program = bundling.contents.Part("program", "edu-emotionnet-monitor", "1.2.3", ())
    bills = [tmp_path / "one.json", tmp_path / "two.json"]
    for bill in bills:
        sbom.write([program, package], tmp_path, {"sounder": "ab" * 32}, TIME_S, bill)
    assert bills[0].read_bytes() == bills[1].read_bytes()
    read = json.loads(bills[0].read_text())
    assert read["metadata"]["component"]["version"] == "1.2.3"
    (component,) = read["components"]
    assert component["purl"] == "pkg:pypi/sounder@1.0"
    assert component["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert component["hashes"][0]["content"] == "ab" * 32
    (library,) = component["components"]
    assert library["hashes"][0]["content"] == hashlib.sha256(b"library").hexdigest()
    assert library["licenses"] == [{"license": {"id": "LGPL-3.0-or-later"}}]


# -- the packages ------------------------------------------------------------------------------------------------------


def test_the_debian_package_depends_on_the_table_of_libraries_in_both_releases(bundling):
    fields = bundling.debian.depends(debian_packages(), "2.34").split(", ")
    assert fields[0] == "libc6 (>= 2.34)"
    assert "libglib2.0-0 | libglib2.0-0t64" in fields
    assert {library.package for library in LIBRARIES} <= {field.split(" | ")[0] for field in fields}
    text = bundling.debian.control("1.2.3", "amd64", ", ".join(fields), 99)
    assert "\nVersion: 1.2.3\n" in text
    assert "\nDepends: libc6 (>= 2.34), " in text
    assert all(line.startswith(" ") or ":" in line for line in text.splitlines())
    assert bundling.debian.file_name("1.2.3", "amd64") == "edu-emotionnet_1.2.3_amd64.deb"


def test_the_newest_needed_c_library_counts_by_number(bundling):
    assert bundling.debian.glibc_needed({"GLIBC_2.9", "GLIBC_2.34", "GLIBC_2.2.5", "GLIBCXX_3.4"}) == "2.34"


def test_an_installation_has_everything_in_its_place(bundling, build, tmp_path):
    root = tmp_path / "root"
    bundling.tree.lay_out(build, root, "manual")
    program = root / "usr/bin/edu-emotionnet"
    assert program.resolve() == root / "usr/lib/edu-emotionnet/edu-emotionnet"
    assert program.stat().st_mode & 0o777 == 0o755
    assert (root / "usr/lib/edu-emotionnet/_internal/libone.so").stat().st_mode & 0o777 == 0o644
    assert (root / "usr/lib/edu-emotionnet/_internal/libone.so.1").is_symlink()
    for size in (16, 48, 512):
        assert (root / f"usr/share/icons/hicolor/{size}x{size}/apps/edu-emotionnet.png").is_file()
    assert list((root / "usr/share/metainfo").glob("*.metainfo.xml"))
    assert (root / "usr/share/man/man1/edu-emotionnet.1.gz").is_file()
    assert {int(path.lstat().st_mtime) for path in root.rglob("*")} == {TIME_S}


def test_the_archive_is_the_same_each_time_and_holds_no_names_of_this_machine(bundling, build):
    packages = [bundling.archive.pack(build, "how to install") for _ in range(2)]
    first = packages[0].read_bytes()
    (build.bundle / "edu-emotionnet").touch()
    assert bundling.archive.pack(build, "how to install").read_bytes() == first
    with tarfile.open(packages[0]) as tar:
        members = {member.name: member for member in tar}
    top = packages[0].name.removesuffix(".tar.gz")
    assert top.startswith("edu-emotionnet-1.2.3-linux-")
    assert members[f"{top}/edu-emotionnet"].mode == 0o755
    assert members[f"{top}/_internal/libone.so.1"].issym()
    assert f"{top}/INSTALL.md" in members
    assert {(member.uname, member.uid, member.mtime) for member in members.values()} == {("root", 0, TIME_S)}
    text = bundling.archive.install_text(("libgl1", "libegl1"), "2.34")
    assert "apt-get install --no-install-recommends libgl1 libegl1\n" in text


def test_the_manual_page_names_every_command(bundling):
    from app.__main__ import cli

    group = typer.main.get_command(cli)
    page = bundling.manual.manual_page(group, "1.2.3", TIME_S)
    assert page.startswith('.TH "EDU-EMOTIONNET" "1" "2025-06-15"')
    for command in ("analyze", "sessions export", "models pull"):
        assert f'.SS "{command}"' in page
    assert "\\-\\-screenshot" in page
    assert bundling.manual.escape(".hidden -x") == "\\&.hidden \\-x"


def test_the_build_says_what_it_does_without_any_package():
    done = subprocess.run(
        [sys.executable, "-S", str(PACKAGING / "build.py"), "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "packaging/build.py linux" in done.stdout


def test_a_missing_tool_is_one_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, str(PACKAGING / "build.py"), "linux", "--work", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Missing: dpkg-deb, ")
