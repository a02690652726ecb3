"""Faults injected into the live input, to test how the program reacts to them."""

from core.faults.faults import CLEAREST_DB, LONGEST_DELAY_S, LOUDEST_DB, NONE, Faults
from core.faults.injector import FaultInjector

__all__ = ["CLEAREST_DB", "LONGEST_DELAY_S", "LOUDEST_DB", "NONE", "FaultInjector", "Faults"]
