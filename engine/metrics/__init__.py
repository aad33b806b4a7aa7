"""How close two pictures are, on NumPy."""
