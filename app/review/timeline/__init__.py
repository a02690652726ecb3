"""The timeline of a stored session: plots over session time, overview, cursor and readout."""
