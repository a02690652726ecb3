"""The Review page: the list of stored sessions, and timeline, summary, agreement and comparison of one session."""
