"""The loop that fits a network, its schedule and its checkpoints."""
