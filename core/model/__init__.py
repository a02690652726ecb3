"""The network of the paper, one idea a file. Imports only torch and transformers, nothing of this program."""
