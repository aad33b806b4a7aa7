"""Training pairs: photos, patches, degradations."""
