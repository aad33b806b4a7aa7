"""The command line, `mfagan`."""
