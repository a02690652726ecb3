"""The synthetic learner of the demo: a source of drawn pictures and spoken sentences that play known states."""
