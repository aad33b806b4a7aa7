"""Errors, geometry, cancellation and units: what every room above may lean on."""
