"""`edu-emotionnet bench words`: word errors, work, delay and memory of every installed recogniser."""
