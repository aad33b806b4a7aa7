"""What a scatter chart is given: one candidate of a search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a scatter chart; not drawn where a coordinate is not finite.

    Attributes:
        id: Names the point in signals and calls.
        is_front: Whether no other point is better in both metrics.
        is_measured: Whether its values were measured rather than estimated.
        label: What the read-out shows and screen readers say; may have several lines.
    """

    id: str
    x: float
    y: float
    is_front: bool
    is_measured: bool
    label: str
