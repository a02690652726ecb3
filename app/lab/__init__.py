"""The sync test for recordings in a lab: it measures the delays of picture and sound."""
