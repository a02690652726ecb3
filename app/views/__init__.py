"""One widget a file; a widget takes what it shows and holds no truth."""
