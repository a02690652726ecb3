"""Trains and evaluates each encoder by itself, with simple models for comparison."""
