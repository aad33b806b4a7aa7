"""Screenshots and measurements of the window, for development."""
