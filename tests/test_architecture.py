"""The layout of the code: imports go one way and in no circle, and a class name means one class."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

CHECKOUT = Path(__file__).parent.parent
PACKAGES = ("core", "app")


def test_imports_keep_the_contracts():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    verdict = subprocess.run([*command, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "0 broken" in verdict.stdout


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    order = list(TopologicalSorter(imports).static_order())  # raises CycleError, which names the circle
    assert set(order) == set(graph.modules)


def test_a_public_class_name_stands_once():
    places = defaultdict(list)
    for package in PACKAGES:
        for file in sorted((CHECKOUT / package).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(file.relative_to(CHECKOUT).as_posix())
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
