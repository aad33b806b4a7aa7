"""The training methods, one module each, and what they share."""
