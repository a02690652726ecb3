"""A finished session looked at again: summed up, scored by another checkpoint, exported."""
