"""Trains and evaluates checkpoints. Only the command line imports this package."""
