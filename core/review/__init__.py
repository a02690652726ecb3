"""Analysis of stored sessions: summary, comparison with another checkpoint, cued recall, explanations."""
