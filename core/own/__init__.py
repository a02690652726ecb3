"""What a person says of themselves: when to ask, how well estimates agree, and a calibration made from it."""
