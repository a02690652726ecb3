"""Files for other programs and for people: tables of analysed clips; tables, XDF and an HTML page of stored sessions.

To change a column: `clip_table.py` for `analyze`, `session_tables.py` for sessions.
"""

from core.export.session_files import IN_FOLDERS, KINDS, export

__all__ = ["IN_FOLDERS", "KINDS", "export"]
