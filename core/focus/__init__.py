"""What the learner was doing: a timer with blocks and breaks, and gentle hints with stated rules."""
