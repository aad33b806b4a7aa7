"""Photos waiting, running and done."""
