"""Sessions on disk: written while running, read back, listed, erased. One folder a session, one SQLite file in it.

`recorder` follows a session and keeps it; `shelf` is all that was kept; `place.new_id` names a new one.
"""
