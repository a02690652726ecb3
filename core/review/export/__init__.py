"""Files of a session for other programs and for people. `export` is the one door; a kind is a file of its own here."""

from core.review.export.export import IN_FOLDERS, KINDS, export

__all__ = ["IN_FOLDERS", "KINDS", "export"]
