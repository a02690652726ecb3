"""The timing report holds the figures of the status, the hops and the sync test as plain values."""

from __future__ import annotations

import json

import pytest

from core.lab.sync import Arrivals, SyncReport
from core.reporting.run_report import RunReport
from core.reporting.session_timing import SCHEMA, timing_report
from core.status import DeviceStatus, EngineStatus, Percentiles

STATUS = EngineStatus(
    profile="compact",
    elapsed_s=60.0,
    pauses=2,
    paused_s=7.5,
    steps=5,
    skipped_hops=3,
    step_ms=Percentiles(10.0, 14.0, 30.0),
    camera=DeviceStatus("HD", rate_hz=29.9, gaps=1, lost_s=1.5),
    microphone=DeviceStatus("Desk", rate_hz=48_000.0, drift_ppm=-12.5),
    preview_fps_mean=29.0,
    late_sound_s=0.25,
    unheard_s=1.5,
)
SYNC = SyncReport(Arrivals(10, 9, 85.0, 8.0), Arrivals(10, 10, 32.0, 0.2, 1.0, 0.5), -53.0, ("It was found.",))


def test_it_holds_hops_devices_pauses_sync_and_versions():
    timing = json.loads(json.dumps(timing_report(STATUS, [0.5, 1.0, 2.5, 3.0, 4.0], SYNC)))
    assert timing["schema"] == SCHEMA
    assert timing["hops"] == {
        "made": 5, "skipped": 3, "stretches_skipped": 2, "longest_hole_s": 1.5, "first_end_s": 0.5, "last_end_s": 4.0
    }  # fmt: skip
    assert timing["step_ms"] == {"p50": 10.0, "p95": 14.0, "max": 30.0}
    assert timing["clock_pauses"] == {"count": 2, "total_s": 7.5}
    assert timing["capture"]["microphone"]["drift_ppm"] == -12.5
    assert timing["capture"]["camera"]["frames_a_second"] == 29.0
    assert timing["sync"]["sound_minus_picture_ms"] == -53.0
    assert timing["sync"]["sound"]["drift_within_ms_per_min"] == 0.5
    assert {"edu-emotionnet", "numpy", "pylsl"} <= set(timing["versions"])


def test_it_is_complete_without_hops_or_a_sync_test():
    timing = timing_report(EngineStatus(), [], None)
    assert (timing["sync"], timing["hops"]["first_end_s"], timing["hops"]["longest_hole_s"]) == (None, None, 0.0)


@pytest.mark.parametrize("key", ["capture", "step_ms", "hop_s", "duration_s", "profile", "device", "threads"])
def test_it_agrees_with_the_run_report(key):
    assert timing_report(STATUS, [], None)[key] == RunReport(STATUS, {}, (1.0, 2.0)).to_json()[key]
