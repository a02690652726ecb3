"""Never used on Windows. Writes the version resource of `edu-emotionnet.exe`, which its properties dialog shows."""

from __future__ import annotations

from pathlib import Path

TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([
      StringTable('040904B0', [
        StringStruct('FileDescription', 'Edu-EmotionNet Learner Monitor'),
        StringStruct('FileVersion', '{version}'),
        StringStruct('LegalCopyright', 'The Edu-EmotionNet Learner Monitor authors, Apache-2.0'),
        StringStruct('OriginalFilename', 'edu-emotionnet.exe'),
        StringStruct('ProductName', 'Learner Monitor'),
        StringStruct('ProductVersion', '{version}'),
      ])
    ]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])]),
  ]
)
"""
"""In the form that PyInstaller reads; 1033 is English (United States), 1200 is UTF-16."""


def write_version_info(file: Path, version: str) -> Path:
    """Writes the resource of `version` ("1.2.3") as PyInstaller's `EXE(version=…)` takes it; returns `file`."""
    numbers = tuple(int(part) for part in f"{version}.0".split("."))
    file.write_text(TEMPLATE.format(version=version, numbers=numbers), encoding="utf-8")
    return file
