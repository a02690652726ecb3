"""Widgets, plots, colours and icons that every page may use."""
