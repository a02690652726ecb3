"""The drawn learner of the demo: a source of pictures, sound and words with known states."""
