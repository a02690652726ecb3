"""Sources of timed chunks: camera, microphone, file, synthetic. No torch here."""
