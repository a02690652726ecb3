"""Real corpora: labelled clips, from the folders that publishers hand out to what training and `evaluate` take.

folder → adapter (clips) → relabel (states) → parts (train, val, test) → record (encoder vectors, kept on disk) → task
"""
