"""Runs a network over a photo of any size."""
