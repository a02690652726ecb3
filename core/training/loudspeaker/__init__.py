"""Simulated rooms in which the computer plays a lecture beside a learner: the loudspeaker guard is measured in them."""
