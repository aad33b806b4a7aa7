"""Estimates of restoration, for tests of what shows and uses them."""

from __future__ import annotations

from engine.api import RestorationEstimate


def estimate_of(restoration: float, *findings: str) -> RestorationEstimate:
    """Return an estimate with a value and what was found."""
    return RestorationEstimate(
        restoration=restoration,
        noise_levels=1.0,
        blur_levels=0.5,
        jpeg_quality=82,
        findings=findings or ("little noise",),
    )
