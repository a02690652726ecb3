"""`edu-emotionnet report`: every table and figure of the comparison, as Markdown, CSV and PNG."""

from core.training.comparison.report.write import write_report

__all__ = ["write_report"]
