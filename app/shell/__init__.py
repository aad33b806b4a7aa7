"""The window, its actions, and what connects the pages."""
