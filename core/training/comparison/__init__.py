"""Trains and evaluates the full model, its ablations and the baselines under equal conditions, and reports on them."""
