"""Models from the network: the catalogue, downloading, and what is installed."""
