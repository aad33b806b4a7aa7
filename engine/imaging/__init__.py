"""Pictures in and out: decode, encode, colour, alpha, metadata, resampling."""
