"""Many photos: inputs, names, records."""
