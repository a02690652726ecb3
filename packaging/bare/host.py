"""What a root must know of this machine to reach Debian's and Python's packages: names, certificates, proxies, pip.

Written into files of the root, so that the commands in it run with an empty environment.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

NAMES = ("etc/resolv.conf", "etc/hosts")
CERTIFICATES = Path("usr/local/share/ca-certificates")
PIP_CONFIGURATION = Path("etc/pip.conf")
APT_CONFIGURATION = Path("etc/apt/apt.conf.d/90proxy")


def take_over(root: Path) -> tuple[Path, ...]:
    """Writes the configuration into the root; returns local package folders that have to be mounted in it."""
    for name in NAMES:
        _copy(Path("/") / name, root / name)
    if (Path("/") / CERTIFICATES).is_dir():
        shutil.copytree(Path("/") / CERTIFICATES, root / CERTIFICATES, dirs_exist_ok=True)
    (root / APT_CONFIGURATION).write_text(apt_proxies(_output("apt-config", "dump"), os.environ))
    options = pip_options(_output(sys.executable, "-m", "pip", "config", "list"), os.environ)
    (root / PIP_CONFIGURATION).write_text(pip_configuration(options))
    return tuple(path for path in local_paths(options) if path.exists() and not (root / path.relative_to("/")).exists())


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.unlink(missing_ok=True)  # it may be a link to a file of a running system
        shutil.copyfile(source, target)


def _output(*command: str) -> str:
    """What a command prints; nothing where it fails or does not exist."""
    if not shutil.which(command[0]):
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def apt_proxies(dump: str, environment: Mapping[str, str]) -> str:
    """Apt's settings of a proxy, from `apt-config dump` and from the environment."""
    lines = [line for line in dump.splitlines() if "::Proxy " in line and not line.endswith('"";')]
    for scheme in ("http", "https"):
        if address := environment.get(f"{scheme}_proxy"):
            lines.append(f'Acquire::{scheme}::Proxy "{address}";')
    return "".join(f"{line}\n" for line in lines)


def pip_options(listing: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Pip's options from `pip config list`; variables of the environment take precedence, as in pip itself."""
    options: dict[str, str] = {}
    for line in listing.splitlines():
        key, equals, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if equals and section != ":env:":
            options[name] = str(ast.literal_eval(value))
    variables = {name: value for name, value in environment.items() if name.startswith("PIP_")}
    options |= {name.removeprefix("PIP_").lower().replace("_", "-"): value for name, value in variables.items()}
    if proxy := environment.get("https_proxy"):
        options.setdefault("proxy", proxy)
    return options


def pip_configuration(options: Mapping[str, str]) -> str:
    """The text of a `pip.conf`."""
    rows = (f"{name} = {' '.join(value.split())}" for name, value in options.items())
    return "\n".join(["[global]", *rows, ""])


def local_paths(options: Mapping[str, str]) -> tuple[Path, ...]:
    """Files and folders of this machine that pip's options name.

    Of an index, the folder around it: its pages point to files beside it.
    """
    paths: dict[Path, None] = {}
    for name, value in options.items():
        for word in value.split():
            path = Path(unquote(urlparse(word).path)) if word.startswith("file://") else Path(word)
            if path.is_absolute():
                paths[path.parent if name.endswith("index-url") else path] = None
    return tuple(paths)
