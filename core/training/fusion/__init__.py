"""Trains, calibrates and evaluates the fusion on composed sequences."""
