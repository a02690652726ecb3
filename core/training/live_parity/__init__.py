"""Training and live give the same: sequences staged as recordings and analysed like any other."""
