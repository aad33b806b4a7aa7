"""Geometry of cutting a picture into overlapping tiles; no pixels are touched here.

Coordinates are pixels, origin at the top left, x to the right.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle of whole pixels.

    Attributes:
        left: First column.
        top: First row.
        width: Columns, at least 1.
        height: Rows, at least 1.
    """

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """One past the last column."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """One past the last row."""
        return self.top + self.height

    @property
    def pixel_count(self) -> int:
        """Pixels inside."""
        return self.width * self.height

    def scaled(self, scale: int) -> Region:
        """Return the same rectangle of a picture enlarged ``scale`` times."""
        return Region(
            left=self.left * scale,
            top=self.top * scale,
            width=self.width * scale,
            height=self.height * scale,
        )
