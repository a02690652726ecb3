"""Sessions on disk: written while running, read back, listed, erased. One folder a session, one SQLite file in it."""
