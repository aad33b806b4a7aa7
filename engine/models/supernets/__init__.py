"""Generators whose weights contain every candidate."""
