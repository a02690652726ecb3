"""The fusion on composed sequences: composed from what, taught by which loss, judged and calibrated how."""
