"""Research: the gate, the consent ledger, retention and withdrawal."""
