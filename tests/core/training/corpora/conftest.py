"""The drawn learner, filmed once for all look-alike corpora."""

from __future__ import annotations

import pytest

from tests.support.look_alikes import Footage, footage


@pytest.fixture(scope="session")
def shown() -> Footage:
    return footage()
