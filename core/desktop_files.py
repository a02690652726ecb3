"""The files that a Linux desktop reads of a program, and where each belongs below a `share` folder.

One list for everything that puts them there: the command `desktop install` and the Debian package. Imports nothing, so
that a build script can read it.
"""

from __future__ import annotations

from pathlib import Path

PROGRAM = "edu-emotionnet"
SESSION_TYPE = "application/x-edu-emotionnet-session"
"""The MIME type of a stored session's database."""
ICON_SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ENTRIES = ("edu-emotionnet.desktop", "edu-emotionnet-session.desktop")
"""The program in the menu; and, outside it, the program with a session that is opened."""
METAINFO = "org.edu_emotionnet.LearnerMonitor.metainfo.xml"


def share_files(assets: Path) -> dict[str, Path]:
    """The path below `share` of every file, and the asset that is copied there."""
    desktop, icons = assets / "desktop", assets / "icons"
    return {
        **{f"applications/{entry}": desktop / entry for entry in ENTRIES},
        f"mime/packages/{PROGRAM}.xml": desktop / f"{PROGRAM}.xml",
        f"icons/hicolor/scalable/apps/{PROGRAM}.svg": icons / f"{PROGRAM}.svg",
        **{f"icons/hicolor/{px}x{px}/apps/{PROGRAM}.png": icons / f"{PROGRAM}-{px}.png" for px in ICON_SIZES_PX},
    }
