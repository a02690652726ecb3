"""The content of `--report FILE.json` about a finished run, with a fixed set of keys.

The engine's figures come from its status; figures that only a window can measure are null without one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.atomic_files import replace_text
from core.reporting.session_timing import capture_figures
from core.status import EngineStatus, Percentiles


@dataclass(frozen=True, slots=True)
class ScreenFigures:
    """What the window measured; None without one. `capture_to_screen_ms`: from a step's newest sound to its curve."""

    capture_to_screen_ms: Percentiles | None = None
    gui_fps: float | None = None
    gui_frame_ms_p99: float | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """The figures of one run."""

    status: EngineStatus
    presence: Mapping[str, float]
    """Share of the steps in which each modality was present."""
    rss_mb: tuple[float, float]
    """Resident memory at the first step and at the end, the recogniser's process included."""
    screen: ScreenFigures = field(default_factory=ScreenFigures)

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        status, screen = self.status, self.screen
        to_screen = screen.capture_to_screen_ms
        return {
            "profile": status.profile,
            "checkpoint_sha256": status.checkpoint_sha256,
            "device": status.device,
            "threads": status.threads,
            "hop_s": status.hop_s,
            "duration_s": status.elapsed_s,
            "steps": status.steps,
            "skipped_hops": status.skipped_hops,
            "step_ms": asdict(status.step_ms),
            "capture_to_screen_ms": {
                "p50": to_screen.p50 if to_screen else None,
                "p95": to_screen.p95 if to_screen else None,
            },
            "preview_fps": status.preview_fps_mean,
            "gui_fps": screen.gui_fps,
            "gui_frame_ms_p99": screen.gui_frame_ms_p99,
            "rss_mb": {"start": self.rss_mb[0], "end": self.rss_mb[1]},
            "words": status.words,
            "presence": dict(self.presence),
            "errors": list(status.errors),
            "capture": capture_figures(status),
        }


def write(report: RunReport, path: Path) -> None:
    """Write the report as JSON, replacing the file in one step. Raises `MonitorError`."""
    replace_text(path, json.dumps(report.to_json(), indent=2))
