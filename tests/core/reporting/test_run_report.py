"""The run report: exactly the documented keys, null where nothing could be measured."""

from __future__ import annotations

import json

from core.reporting.run_report import RunReport, ScreenFigures, write
from core.status import DeviceStatus, EngineStatus, Percentiles

KEYS = {
    "profile", "checkpoint_sha256", "device", "threads", "hop_s", "duration_s", "steps", "skipped_hops", "step_ms",
    "capture_to_screen_ms", "preview_fps", "gui_fps", "gui_frame_ms_p99", "rss_mb", "words", "presence", "errors",
    "capture",
}  # fmt: skip
STATUS = EngineStatus(
    profile="compact",
    steps=3,
    step_ms=Percentiles(1.0, 2.0, 3.0),
    errors=("Camera gone.",),
    microphone=DeviceStatus("Desk", drift_ppm=-12.5, gaps=1, lost_s=0.5),
    preview_fps=0.0,
    preview_fps_mean=29.0,
    late_sound_s=0.25,
    unheard_s=1.5,
)


def test_the_file_holds_exactly_the_promised_keys(tmp_path):
    shown = ScreenFigures(Percentiles(100.0, 200.0, 300.0), 29.5, 40.0)
    write(RunReport(STATUS, {"audio": 0.5}, (400.0, 410.0), shown), tmp_path / "new" / "report.json")
    report = json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))
    assert set(report) == KEYS
    assert report["step_ms"] == {"p50": 1.0, "p95": 2.0, "max": 3.0}
    assert report["capture_to_screen_ms"] == {"p50": 100.0, "p95": 200.0}
    assert report["rss_mb"] == {"start": 400.0, "end": 410.0}
    assert report["errors"] == ["Camera gone."]
    assert report["preview_fps"] == 29.0
    assert report["capture"]["microphone"] == {
        "name": "Desk", "rate_hz": 0.0, "drift_ppm": -12.5, "gaps": 1, "lost_s": 0.5
    }  # fmt: skip
    assert report["capture"]["camera"]["drift_ppm"] is None
    assert (report["capture"]["late_sound_s"], report["capture"]["unheard_s"]) == (0.25, 1.5)


def test_without_a_window_its_figures_are_null():
    report = RunReport(STATUS, {}, (1.0, 2.0)).to_json()
    assert set(report) == KEYS
    assert report["gui_fps"] is None
    assert report["capture_to_screen_ms"] == {"p50": None, "p95": None}
