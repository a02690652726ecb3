"""The machine-readable timing report at a session's end: how regular its steps were, and how well devices kept time.

The engine builds it when a session ends; `core.reporting.run_report` takes the keys that both reports share from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from core.reporting.versions import versions
from core.status import DeviceStatus, EngineStatus

if TYPE_CHECKING:
    from core.lab.sync_report import SyncReport

SCHEMA = 1


def timing_report(status: EngineStatus, hops: Sequence[float], sync: SyncReport | None) -> dict[str, Any]:
    """Plain values from the engine's last status, the end times of the computed hops, and a sync test if any."""
    return {
        "schema": SCHEMA,
        "duration_s": status.elapsed_s,
        "hop_s": status.hop_s,
        "hops": _hops(status, hops),
        "step_ms": asdict(status.step_ms),
        "capture": capture_figures(status),
        "clock_pauses": {"count": status.pauses, "total_s": status.paused_s},
        "sync": sync.to_json() if sync is not None else None,
        "profile": status.profile,
        "checkpoint_sha256": status.checkpoint_sha256,
        "device": status.device,
        "threads": status.threads,
        "versions": versions(),
    }


def capture_figures(status: EngineStatus) -> dict[str, Any]:
    """Device figures: rates, drift, interruptions, and sound that was late or never recognised."""
    return {
        "camera": {**_counters(status.camera), "frames_a_second": status.preview_fps_mean},
        "microphone": _counters(status.microphone),
        "loudspeaker": {**_counters(status.loudspeaker), "message": status.loudspeaker.message},
        "late_sound_s": status.late_sound_s,
        "unheard_s": status.unheard_s,
    }


def _counters(device: DeviceStatus) -> dict[str, Any]:
    return {
        "name": device.name,
        "rate_hz": device.rate_hz,
        "drift_ppm": device.drift_ppm,
        "gaps": device.gaps,
        "lost_s": device.lost_s,
    }


def _hops(status: EngineStatus, hops: Sequence[float]) -> dict[str, Any]:
    """`stretches_skipped` counts the gaps between hops, `longest_hole_s` is the longest one from step to step."""
    apart_s = np.diff(np.asarray(hops, np.float64))
    gaps_s = apart_s[apart_s > 1.5 * status.hop_s]
    return {
        "made": status.steps,
        "skipped": status.skipped_hops,
        "stretches_skipped": int(gaps_s.size),
        "longest_hole_s": float(gaps_s.max()) if gaps_s.size else 0.0,
        "first_end_s": float(hops[0]) if len(hops) else None,
        "last_end_s": float(hops[-1]) if len(hops) else None,
    }
