"""Which models there are: cards, shipped and imported."""
