"""Talks to the engine and to the disk, on other threads."""
