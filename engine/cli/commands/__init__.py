"""One module per command of ``mfagan``."""
