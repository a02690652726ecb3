"""Widgets with which learners report their own state: buttons, panel, question card."""
