"""Looks into network files that nobody vouches for, in a process of its own."""
