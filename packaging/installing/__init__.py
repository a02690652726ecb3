"""Steps of `bootstrap.py`. They use the standard library only, because they run before anything is installed."""
