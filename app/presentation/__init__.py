"""Showing results on a full screen."""
