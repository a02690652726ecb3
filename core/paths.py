"""Where files are, for a checkout, an installed wheel and a frozen bundle."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "edu-emotionnet"


def is_bundle() -> bool:
    """Whether the program runs from a bundle, which brings its own Python and no training."""
    return hasattr(sys, "_MEIPASS")


def assets() -> Path:
    """Folder of the shipped assets: default checkpoint, icons, licences."""
    if is_bundle():
        return Path(getattr(sys, "_MEIPASS")) / "assets"  # noqa: B009 — only PyInstaller sets it
    installed = Path(__file__).parent / "_assets"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "assets"


def user_data() -> Path:
    """Folder for permanent data: settings, sessions, downloaded models. `EDU_EMOTIONNET_HOME` overrides it."""
    override = os.environ.get("EDU_EMOTIONNET_HOME")
    return Path(override) if override else Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def desktop_share() -> Path:
    """Folder below which a Linux desktop looks for this user's menu entries, icons and file types."""
    return Path(platformdirs.user_data_dir())


def models() -> Path:
    """Folder of downloaded models (Vosk, base-size encoders)."""
    return user_data() / "models"


def settings_file() -> Path:
    """The user's settings (TOML)."""
    return user_data() / "settings.toml"


def desktop_record() -> Path:
    """What `desktop install` wrote, and `desktop remove` may remove."""
    return user_data() / "desktop.json"


def sessions() -> Path:
    """Folder of stored sessions, one folder each; only their owner can enter it."""
    return user_data() / "sessions"


def cache() -> Path:
    """Folder for data that can be computed again: extracted features, training stages."""
    override = os.environ.get("EDU_EMOTIONNET_HOME")
    return Path(override) / "cache" if override else Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def logs() -> Path:
    """Folder of the log file."""
    override = os.environ.get("EDU_EMOTIONNET_HOME")
    return Path(override) / "logs" if override else Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))
