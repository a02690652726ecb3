"""`edu-emotionnet bench`: how long one hop's work takes, part by part, and how the naive way compares."""

from core.bench.measure import measure
from core.bench.result import Bench

__all__ = ["Bench", "measure"]
