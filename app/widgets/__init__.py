"""Controls of our own: the viewer, the theme, the icons."""
