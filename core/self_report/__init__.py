"""Self-reports: when to ask, how well estimates agree with them, personal calibration."""
