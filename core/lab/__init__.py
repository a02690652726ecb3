"""Lab wiring: Lab Streaming Layer outlets and inlets, and the sync self-test."""
