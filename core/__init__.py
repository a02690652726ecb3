"""The learner monitor without a screen: capture, rings, session, model, engine. Imports no Qt."""

__version__ = "0.2.0"
