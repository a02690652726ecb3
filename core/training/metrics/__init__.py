"""Figures that everyone computes the same way, and how sure they are."""
