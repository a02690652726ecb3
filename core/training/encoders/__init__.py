"""Each encoder by itself: how it is taught, what it reaches, and what simpler models reach."""
