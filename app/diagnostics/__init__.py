"""The log of unexpected failures: what is written, where, and what never is."""
