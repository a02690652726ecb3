"""Sessions on disk: written while running, read back, listed, erased. One folder per session, one SQLite file in it.

`recorder` stores a session step by step; `session_library` holds all stored sessions; `layout.new_id` names a new one.
"""
