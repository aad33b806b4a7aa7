"""Schemes in which a small network learns from a large one."""
