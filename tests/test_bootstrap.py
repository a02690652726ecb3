"""What the bootstrap decides: which packages are missing, whether an installation fits, whether CUDA would come."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parent.parent / "packaging"
SCRIPT = PACKAGING / "bootstrap.py"


@pytest.fixture(scope="module")
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_only_installed_packages_count_as_there(bootstrap):
    listing = "libgl1 installed\nlibegl1 config-files\nlibdbus-1-3 installed\n"
    assert bootstrap.missing_packages(("libgl1", "libegl1", "libdbus-1-3", "xvfb"), listing) == ["libegl1", "xvfb"]


def test_an_architecture_suffix_and_ubuntus_new_names_are_understood(bootstrap):
    listing = "libgl1:amd64 installed\nlibglib2.0-0t64 installed\n"
    assert bootstrap.missing_packages(("libgl1", "libglib2.0-0"), listing) == []


def test_the_tests_need_what_the_window_needs_and_more(bootstrap):
    assert set(bootstrap.wanted_packages("run")) < set(bootstrap.wanted_packages("test"))


def test_the_stamp_changes_with_the_project_and_with_the_job(bootstrap):
    stamps = {bootstrap.stamp("run", b"a"), bootstrap.stamp("run", b"b"), bootstrap.stamp("test", b"a")}
    assert len(stamps) == 3
    assert bootstrap.stamp("run", b"a") in stamps


@pytest.mark.parametrize(
    ("names", "cuda"),
    [(["torch", "sympy"], False), (["torch", "nvidia-cublas", "triton"], True), ([], False)],
)
def test_cuda_is_seen_in_pips_own_plan(bootstrap, names, cuda):
    assert bootstrap.brings_cuda({"install": [{"metadata": {"name": name}} for name in names]}) is cuda


def test_a_plan_that_pip_could_not_make_asks_for_nothing(bootstrap):
    assert bootstrap.brings_cuda({}) is False


def test_without_a_job_it_explains_itself_and_touches_nothing():
    shown = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert "bootstrap.py run" in shown.stdout
    assert "bootstrap.py test" in shown.stdout


def test_the_readme_names_each_job_once(bootstrap):
    readme = (PACKAGING.parent / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^python3 packaging/bootstrap\.py (\w+)", readme, re.MULTILINE) == list(bootstrap.JOBS)


def test_the_tests_run_with_calm_threads_unless_told_otherwise(bootstrap):
    calm = bootstrap.test_environment({"PATH": "/bin"})
    assert (calm["OMP_NUM_THREADS"], calm["OMP_WAIT_POLICY"], calm["PATH"]) == ("1", "PASSIVE", "/bin")
    assert bootstrap.test_environment({"OMP_NUM_THREADS": "8"})["OMP_NUM_THREADS"] == "8"


def test_the_bundle_leaves_out_nothing_that_the_program_needs():
    recipe = (PACKAGING / "edu-emotionnet.spec").read_text(encoding="utf-8")
    left_out = set(ast.literal_eval(re.search(r"excludes=(\[.*?\])", recipe, re.DOTALL)[1]))
    project = tomllib.loads((PACKAGING.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.match(r"[\w-]+", line)[0].lower().replace("-", "_") for line in project["dependencies"]}
    assert left_out
    assert not left_out & needed
