"""A data pack: what is in it, what its labels mean, who is in which split, and what sensors do to samples."""
