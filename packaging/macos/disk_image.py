"""Never run on a Mac. Makes the disk image of the application and, if configured, signs and notarises it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

IDENTITY = "EDU_EMOTIONNET_MAC_IDENTITY"
"""Environment variable with the name of the certificate, "Developer ID Application: …"; the spec reads it too."""
NOTARY_PROFILE = "EDU_EMOTIONNET_NOTARY_PROFILE"
"""Environment variable with the keychain profile that `xcrun notarytool store-credentials` made."""


def run(*command: str | Path) -> None:
    """Runs one of the system's tools; ends the build with a sentence if it fails."""
    if subprocess.run([str(part) for part in command], check=False).returncode:
        raise SystemExit(f"{command[0]} failed; see the lines above.")


def make_disk_image(application: Path, output: Path, version: str) -> Path:
    """Makes `edu-emotionnet-VERSION-macos-arm64.dmg`.

    It holds the application, a link to the folder where applications belong, and the licences of all parts, which the
    build puts into the folder beside the application: they come too late for the application, which is signed by then.
    """
    licences = application.parent / "edu-emotionnet" / "licenses"
    image = output / f"edu-emotionnet-{version}-macos-arm64.dmg"
    with tempfile.TemporaryDirectory() as folder:
        for content in (application, licences):
            run("ditto", content, Path(folder) / content.name)  # keeps links and signatures
        (Path(folder) / "Applications").symlink_to("/Applications")
        described = ["-volname", f"Learner Monitor {version}", "-srcfolder", folder]
        run("hdiutil", "create", *described, "-fs", "HFS+", "-format", "UDZO", "-ov", image)
    return image


def sign_and_notarise(image: Path) -> None:
    """Signs the image, has Apple notarise it and attaches the ticket; each step only if its variable is set.

    The application inside was signed by PyInstaller, with the same certificate and with the entitlements.
    """
    identity, profile = os.environ.get(IDENTITY), os.environ.get(NOTARY_PROFILE)
    if identity:
        run("codesign", "--sign", identity, "--timestamp", image)
    if identity and profile:
        run("xcrun", "notarytool", "submit", image, "--keychain-profile", profile, "--wait")
        run("xcrun", "stapler", "staple", image)
