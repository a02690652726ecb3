"""Window → ModelInputs: faces, waveform, tokens, presence and quality. Live and training both go through here."""
