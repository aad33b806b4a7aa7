"""Maps coordinates of the stored picture to those of the upright, enlarged result.

::

    stored                  relative, upright           result
    (x, y) in pixels   ->   (u, v), 0 to 1         ->   (u * width, v * height)
            divided by the stored size,         times the size
            then turned as the pixels are
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.imaging.orientation import upright_size


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelMapping:
    """Mapping from the pixels of a photo as stored to those of its result.

    Attributes:
        stored_size: Width and height as stored.
        orientation: How the pixels were turned upright, 1 to 8 as in EXIF.
        size: Width and height of the result.
    """

    stored_size: tuple[int, int]
    orientation: int
    size: tuple[int, int]

    @property
    def is_sideways(self) -> bool:
        """Whether rows became columns."""
        return self.orientation >= 5

    @property
    def is_turned(self) -> bool:
        """Whether the pixels were turned or mirrored."""
        return self.orientation != 1

    @property
    def factors(self) -> tuple[float, float]:
        """Result pixels per pixel of the upright photo, across and down."""
        width, height = upright_size(*self.stored_size, self.orientation)
        return self.size[0] / width, self.size[1] / height

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the result for a point of the stored picture, both in pixels."""
        width, height = self.stored_size
        u, v = self.relative(x / width, y / height)
        return u * self.size[0], v * self.size[1]

    def extent(self, width: float, height: float) -> tuple[float, float]:
        """Return the width and height in the result of an area of the stored picture."""
        across, down = self.factors
        if self.is_sideways:
            width, height = height, width
        return width * across, height * down

    def relative(self, u: float, v: float) -> tuple[float, float]:
        """Return the upright point for a stored one; both as fractions of the sides."""
        # The same order as in `upright_pixels`: transpose, then mirror.
        if self.is_sideways:
            u, v = v, u
        if self.orientation in {2, 3, 6, 7}:
            u = 1 - u
        if self.orientation in {3, 4, 7, 8}:
            v = 1 - v
        return u, v

    def corner(self, left: float, top: float, width: float, height: float) -> tuple[float, float]:
        """Return the upper left corner in the result of an area of the stored picture."""
        # Turning and mirroring make another corner the upper left one: of two opposite corners,
        # the least x and the least y are taken.
        xs, ys = zip(self.point(left, top), self.point(left + width, top + height), strict=True)
        return min(xs), min(ys)

    def area(self, numbers: Sequence[float]) -> tuple[float, ...]:
        """Return the area of the result for an area of the stored picture.

        Args:
            numbers: Its center, followed by nothing, a diameter, or width and height; the
                result has the same form. As EXIF's SubjectArea.
        """
        x, y, *extent = numbers
        if len(extent) == 1:
            # A circle stays a circle: its diameter grows by the mean of both factors.
            return (*self.point(x, y), sum(self.extent(*extent, *extent)) / 2)
        return (*self.point(x, y), *(self.extent(*extent) if extent else ()))
