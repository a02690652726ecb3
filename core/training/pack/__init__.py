"""A data pack: its items, the meaning of its labels, its splits, and the augmentation of its samples."""
