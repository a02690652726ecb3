"""What a frozen bundle starts: the same entry point that `edu-emotionnet` has."""

from multiprocessing import freeze_support

from app.__main__ import main

freeze_support()  # words are recognised in a second process
main()
