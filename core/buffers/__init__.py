"""Fixed memory between threads: rings with absolute indices, and a shelf for one item."""
