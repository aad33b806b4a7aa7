"""Where places of a stored picture lie in the upright, enlarged one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.imaging.orientation import upright_size


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelMapping:
    """From a picture as it was stored to the result that is made of it.

    Attributes:
        stored_size: Width and height before it was turned.
        orientation: How it was turned, 1 to 8 as in EXIF.
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
        """Whether the pixels stand otherwise than they were stored."""
        return self.orientation != 1

    @property
    def factors(self) -> tuple[float, float]:
        """Result pixels per pixel of the upright photo, across and down."""
        width, height = upright_size(*self.stored_size, self.orientation)
        return self.size[0] / width, self.size[1] / height

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place of the stored picture, in its pixels, lies in the result."""
        width, height = self.stored_size
        u, v = self.relative(x / width, y / height)
        return u * self.size[0], v * self.size[1]

    def extent(self, width: float, height: float) -> tuple[float, float]:
        """Return the width and height that an area of the stored picture has in the result."""
        across, down = self.factors
        if self.is_sideways:
            width, height = height, width
        return width * across, height * down

    def relative(self, u: float, v: float) -> tuple[float, float]:
        """Return where a place lies in the upright picture; both in parts of the sides."""
        if self.is_sideways:
            u, v = v, u
        if self.orientation in {2, 3, 6, 7}:
            u = 1 - u
        if self.orientation in {3, 4, 7, 8}:
            v = 1 - v
        return u, v

    def corner(self, left: float, top: float, width: float, height: float) -> tuple[float, float]:
        """Return the upper left corner that an area of the stored picture has in the result."""
        xs, ys = zip(self.point(left, top), self.point(left + width, top + height), strict=True)
        return min(xs), min(ys)

    def area(self, numbers: Sequence[float]) -> tuple[float, ...]:
        """Return where an area of the stored picture lies in the result.

        Args:
            numbers: Its center, then nothing, a diameter, or its width and height.
        """
        x, y, *extent = numbers
        if len(extent) == 1:
            return (*self.point(x, y), sum(self.extent(*extent, *extent)) / 2)
        return (*self.point(x, y), *(self.extent(*extent) if extent else ()))
