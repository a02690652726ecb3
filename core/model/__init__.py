"""The network of the paper, one idea a file. Imports torch and transformers and nothing of ours."""
