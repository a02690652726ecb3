"""Metrics that every evaluation shares, and their confidence intervals."""
