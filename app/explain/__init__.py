"""The Explain page: weights, attention, leave-one-out, feedback and injected faults, each in a card."""
