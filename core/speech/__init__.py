"""In-order audio to words with times, on this machine."""
