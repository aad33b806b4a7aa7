"""Reads picture files into rasters and writes rasters into picture files."""
