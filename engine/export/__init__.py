"""From trained weights to files that run elsewhere."""
