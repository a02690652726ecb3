"""The commands of `edu-emotionnet`, one a file: each reads its options, calls into core, and prints the result."""
