"""Recording in a lab: the dialog that measures the delays of picture and sound."""
