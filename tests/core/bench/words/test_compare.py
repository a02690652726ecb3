"""The whole word bench with the installed recognisers, each in its own process, on a clip of the demo."""

from __future__ import annotations

import shutil
from pathlib import Path

from core import paths
from core.bench.words.compare import compare


def test_every_installed_recogniser_is_measured(tmp_path: Path) -> None:
    shutil.copy(paths.assets() / "demo" / "confused-00.ogg", tmp_path / "a.ogg")
    (tmp_path / "a.txt").write_text("I am so confused")
    shares: list[tuple[str, float]] = []
    found = compare(tmp_path, simulated=False, progress=lambda name, share: shares.append((name, share)))
    names = [one.name.split()[0] for one in found.recognizers]
    assert {"Moonshine", "PocketSphinx"} <= set(names)
    for one in found.recognizers:
        [heard] = one.clips["as recorded"]
        assert heard.errors.spoken == 4
        assert min(heard.cpu_s, one.memory_mb, len(one.lateness_ms)) > 0
        if one.name.startswith("Moonshine"):
            assert heard.errors.rate == 0.0, heard.text
    assert [share for _, share in shares] == [1.0] * len(names)
