"""Never run on Windows; its compiler call was tried under Wine. Makes the installer with Inno Setup 6."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parent / "edu-emotionnet.iss"
SIGN_COMMAND = "EDU_EMOTIONNET_SIGN"
"""Environment variable with the command that signs a file; Inno Setup replaces `$f` by the file and `$q` by a quote."""


def compiler() -> Path:
    """Inno Setup's command-line compiler: on the path or where its installer puts it."""
    usual = [
        Path(folder) / "Inno Setup 6" / "ISCC.exe"
        for folder in (os.environ.get("PROGRAMFILES(X86)"), os.environ.get("LOCALAPPDATA", "") + "/Programs")
        if folder
    ]
    found = [Path(path) for path in (shutil.which("ISCC"),) if path] + [path for path in usual if path.is_file()]
    if not found:
        raise SystemExit("Inno Setup 6 was not found. Install it: winget install --exact --id JRSoftware.InnoSetup")
    return found[0]


def compiler_arguments(bundle: Path, icon: Path, output: Path, version: str, sign: str | None) -> list[str]:
    """What the compiler gets: the values that the script names, and the signing command if there is one."""
    values = {"Version": version, "Bundle": bundle.resolve(), "Icon": icon.resolve(), "Output": output.resolve()}
    signing = [f"/Ssign={sign}", "/DSigned"] if sign else []
    return [*(f"/D{name}={value}" for name, value in values.items()), *signing, str(SCRIPT)]


def make_installer(bundle: Path, icon: Path, output: Path, version: str) -> Path:
    """Makes `edu-emotionnet-VERSION-windows-x64-setup.exe` of a folder; signed if a command is configured."""
    arguments = compiler_arguments(bundle, icon, output, version, os.environ.get(SIGN_COMMAND))
    if subprocess.run([str(compiler()), "/Q", *arguments], check=False).returncode:
        raise SystemExit("Inno Setup could not make the installer; see the lines above.")
    return output / f"edu-emotionnet-{version}-windows-x64-setup.exe"
