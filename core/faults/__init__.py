"""Faults put into the real stream on purpose, so that a visitor can test what the program makes of them."""
