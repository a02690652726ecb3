"""Downloadable models: the catalogue, the download, and what is installed."""
