"""What a frozen bundle starts: the same entry point that `edu-emotionnet` has."""

from app.__main__ import main

main()
