"""Color spaces, profiles, and what a file says of its own."""
