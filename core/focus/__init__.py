"""The learner's activity: a study timer with breaks, blocks of activity, and hints with stated rules."""
