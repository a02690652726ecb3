"""Equipment of a lab: Lab Streaming Layer outlets and inlets, and the sync self-test."""
