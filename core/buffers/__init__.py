"""Fixed memory between threads: ring buffers with absolute indices."""
