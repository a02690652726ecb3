"""Analysis of recordings without a window: a row for every hop as CSV and Parquet, and a timeline picture."""

from core.analysis.analyze import BatchOutcome, analyze
from core.analysis.analyzer import Analysed, Progress

__all__ = ["Analysed", "BatchOutcome", "Progress", "analyze"]
