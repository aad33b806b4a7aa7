"""The settings and shortcuts of the window."""
