"""Pictures in and out: decode, encode, color, alpha, metadata, resampling."""
