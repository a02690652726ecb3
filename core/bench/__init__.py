"""`edu-emotionnet bench`: the time of one hop by part, compared with a naive implementation."""

from core.bench.measure import measure
from core.bench.result import Bench

__all__ = ["Bench", "measure"]
