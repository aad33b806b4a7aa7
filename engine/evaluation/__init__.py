"""How good networks are on benchmark photos, by the protocol of the field."""
