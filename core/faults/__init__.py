"""Faults put into the real stream on purpose, so that a visitor can test what the program makes of them."""

from core.faults.faults import CLEAREST_DB, LONGEST_DELAY_S, LOUDEST_DB, NONE, Faults
from core.faults.injector import FaultInjector

__all__ = ["CLEAREST_DB", "LONGEST_DELAY_S", "LOUDEST_DB", "NONE", "FaultInjector", "Faults"]
