"""Faults change the result of the real face finder on the synthetic learner."""

import pytest

from core.faults import FaultInjector, Faults
from core.features.face import FaceFinder
from core.synthetic.source import SyntheticSource
from core.types import Reason, VideoFrame


@pytest.fixture(scope="module")
def frame() -> VideoFrame:
    source = SyntheticSource(seed=0, paced=False)
    source.open(lambda: 0.0)
    try:
        chunks = iter(lambda: source.read(1.0), None)
        return next(chunk for chunk in chunks if isinstance(chunk, VideoFrame) and chunk.t_s > 1.0)
    finally:
        source.close()


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        (Faults(), None),
        (Faults(blur=0.2), None),
        (Faults(blur=1.0), Reason.NO_FACE),
        (Faults(occlusion=0.5), Reason.NO_FACE),
        (Faults(darkness=0.9), Reason.TOO_DARK),
    ],
)
def test_each_fault_loses_the_face_for_its_reason(frame: VideoFrame, faults: Faults, reason: Reason | None) -> None:
    injector = FaultInjector()
    injector.set(faults)
    assert FaceFinder().look(injector.take(frame)).presence.reason is reason
