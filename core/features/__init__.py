"""Window → ModelInputs: faces, waveform, tokens, presence and quality. Used by live and training alike."""
