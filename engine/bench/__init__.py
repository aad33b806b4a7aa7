"""Comparisons of training methods, and training speed."""
