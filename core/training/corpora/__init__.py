"""Real corpora: labelled clips, from the publishers' folders to training and evaluation.

folder → adapter (clips) → relabel (states) → parts (train, val, test) → record (encoder vectors, kept on disk) → task
"""
