"""One session without threads: chunks and words go in, one estimate per hop comes out."""
