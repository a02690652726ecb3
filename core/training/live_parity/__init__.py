"""Live parity: staged recordings analysed like live give the same estimates as training tensors."""
