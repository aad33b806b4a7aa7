"""Choosing how a photo is enlarged, and doing it."""
