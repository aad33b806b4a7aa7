"""Resampling kernels and their weights."""
