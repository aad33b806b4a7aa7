"""One photo, from file to file."""
