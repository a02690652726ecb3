"""The timeline of a stored session: columns, painting, cursor, marks."""
