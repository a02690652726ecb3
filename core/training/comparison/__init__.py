"""The full model, its ablations and the baselines in one harness, and the report on them."""
