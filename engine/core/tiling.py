"""Geometry of cutting a picture into overlapping tiles; no pixels are touched here.

Coordinates are pixels, origin at the top left, x to the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from engine.core.errors import TilePlanError


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

    def moved(self, across: int, down: int) -> Region:
        """Return the same rectangle so many pixels further right and down."""
        return Region(
            left=self.left + across, top=self.top + down, width=self.width, height=self.height
        )

    def intersects(self, other: Region) -> bool:
        """Return whether the two rectangles share a pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def grown(self, margin: int, *, width_px: int, height_px: int) -> Region:
        """Return the rectangle with ``margin`` more on each side, cut to the picture.

        Args:
            margin: Pixels to add on each side, at least 0.
            width_px: Width of the picture that it may not leave.
            height_px: Height of that picture.
        """
        left, top = max(0, self.left - margin), max(0, self.top - margin)
        right, bottom = min(width_px, self.right + margin), min(height_px, self.bottom + margin)
        return Region(left=left, top=top, width=right - left, height=bottom - top)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One step of tiled work.

    Attributes:
        crop: What is read: the core and its context. Lies inside the picture.
        core: What the tile gives to the result. Cores do not overlap.
        pad_right: Columns to add behind the crop; 0 unless the picture's width
            is not a multiple of the plan's ``size_multiple``.
        pad_bottom: Rows to add below the crop, likewise.
    """

    crop: Region
    core: Region
    pad_right: int = 0
    pad_bottom: int = 0

    @property
    def core_in_crop(self) -> Region:
        """The core, in pixels of the crop."""
        return Region(
            left=self.core.left - self.crop.left,
            top=self.core.top - self.crop.top,
            width=self.core.width,
            height=self.core.height,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePlan:
    """How a picture is cut.

    Attributes:
        tiles: Row band by row band, left to right in a band.
        input_width_px: Width of each crop with its padding: one shape for all.
        input_height_px: Height, likewise.
    """

    tiles: tuple[Tile, ...]
    input_width_px: int
    input_height_px: int


def plan_tiles(
    width_px: int,
    height_px: int,
    *,
    tile_px: int,
    overlap_px: int,
    size_multiple: int = 1,
) -> TilePlan:
    """Cover a picture with tiles of one shape, in reading order.

    Tiles at the far edges are moved inwards, never narrowed: a crop that
    touches an edge of the picture ends exactly there. A convolution's zero
    padding at the picture's edge thus stays where it was, and the joined
    result equals that of the whole picture. On an axis shorter than a tile
    there is one crop, as long as the picture.

    Crops start at multiples of ``size_multiple``, so that a network that
    first folds blocks of pixels sees the same blocks as in the whole picture.

    Args:
        width_px: Width of the picture, at least 1.
        height_px: Height of the picture, at least 1.
        tile_px: Side of a crop; taken down to a multiple of ``size_multiple``.
        overlap_px: Context wanted on each inner side of a tile. Half of the
            network's receptive field makes tiling exact.
        size_multiple: What each side of a network input must be a multiple of.

    Returns:
        The plan; its cores hold every pixel once.

    Raises:
        TilePlanError: If the sizes are not positive or the overlap leaves no
            pixels to keep.
    """
    if min(width_px, height_px, tile_px, size_multiple) < 1 or overlap_px < 0:
        raise TilePlanError(
            f"A picture of {width_px} x {height_px} px cannot be cut into tiles of {tile_px} px "
            f"with overlap_px={overlap_px} and size_multiple={size_multiple}"
        )
    columns = _plan_axis(width_px, tile_px, overlap_px, size_multiple)
    rows = _plan_axis(height_px, tile_px, overlap_px, size_multiple)
    tiles = tuple(_tile(column, row) for row in rows for column in columns)
    return TilePlan(
        tiles=tiles,
        input_width_px=columns[0].crop_px + columns[0].pad_px,
        input_height_px=rows[0].crop_px + rows[0].pad_px,
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """One tile's share of one axis."""

    crop_start: int
    crop_px: int
    core_start: int
    core_px: int
    pad_px: int


def _tile(column: _Span, row: _Span) -> Tile:
    return Tile(
        crop=Region(
            left=column.crop_start, top=row.crop_start, width=column.crop_px, height=row.crop_px
        ),
        core=Region(
            left=column.core_start, top=row.core_start, width=column.core_px, height=row.core_px
        ),
        pad_right=column.pad_px,
        pad_bottom=row.pad_px,
    )


def _plan_axis(length: int, tile_px: int, overlap_px: int, multiple: int) -> tuple[_Span, ...]:
    # All crops have one length and start at multiples, so that a session sees one shape:
    #
    #   picture |=====================|      length
    #   crops   [---------]
    #                [---------]             neighbors overlap by at least 2 * overlap_px
    #                     [---------]        the last one ends at the padded length
    #   cores   |=======|===|=========|      border in the middle of an overlap
    padded = -(-length // multiple) * multiple  # rounded up
    tile = max(multiple, tile_px // multiple * multiple)
    if padded <= tile:
        # One crop, without overlap: there is nothing beside it.
        return (_Span(0, length, 0, length, padded - length),)
    # Each inner side gives up overlap_px, so this is the most that two starts may differ.
    stride = (tile - 2 * overlap_px) // multiple * multiple
    if stride < 1:
        raise TilePlanError(
            f"overlap_px={overlap_px} on both sides leaves nothing of tile_px={tile_px} "
            f"(size_multiple={multiple}); take larger tiles"
        )
    starts = _even_starts(padded - tile, stride, multiple)
    # Neighbors meet in the middle of what they share.
    inner = [(left + right + tile) // 2 for left, right in pairwise(starts)]
    edges = [0, *inner, length]
    return tuple(
        _Span(
            start,
            min(tile, length - start),
            edges[i],
            edges[i + 1] - edges[i],
            max(0, start + tile - length),  # only the last crop can reach beyond the picture
        )
        for i, start in enumerate(starts)
    )


def _even_starts(last: int, stride: int, multiple: int) -> list[int]:
    """Return crop starts from 0 to ``last``, no two further apart than ``stride``."""
    # Evenly spread: the same overlap everywhere, instead of one large one at the end.
    steps = -(-last // stride)
    return [last // multiple * i // steps * multiple for i in range(steps + 1)]
