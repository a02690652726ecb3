"""The commands of `edu-emotionnet`, one a file: each reads its options, calls into core, and says what came of it."""
