"""Pictures at many sizes, cut into tiles for the screen."""
