"""Which tiles of a picture are in view, and where in the view they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF

from app.services.pictures.picture_levels import PictureLevels, level_count, level_size
from app.services.pictures.tile_store import TILE_PX, TileKey, WantedTile, tile_region
from app.state.view_transform import ViewTransform
from engine.api import Region

_COARSER = 2
_MOST_FINER = 24
# Half pixels round the same way wherever the view is, so that shifted frames fit.
_HALF = 0.5 + 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSpan:
    """The tiles of one level that are in view.

    Attributes:
        level: The level.
        scale: Device pixels per pixel of the level.
        first_column: Leftmost column of tiles.
        first_row: Topmost row of tiles.
        columns: How many columns of tiles.
        rows: How many rows of tiles.
    """

    level: int
    scale: float
    first_column: int
    first_row: int
    columns: int
    rows: int

    @property
    def count(self) -> int:
        """The number of tiles."""
        return self.columns * self.rows

    def corner(self, picture_id: int, *, is_last: bool) -> TileKey:
        """Return the first or the last tile."""
        column = self.first_column + (self.columns - 1 if is_last else 0)
        row = self.first_row + (self.rows - 1 if is_last else 0)
        return TileKey(picture_id, self.level, column, row)

    def keys(self, picture_id: int) -> list[TileKey]:
        """Return the tiles, those in the middle first, where the eye is."""
        middle_x = self.first_column + (self.columns - 1) / 2
        middle_y = self.first_row + (self.rows - 1) / 2
        keys = [
            TileKey(picture_id, self.level, column, row)
            for row in range(self.first_row, self.first_row + self.rows)
            for column in range(self.first_column, self.first_column + self.columns)
        ]
        return sorted(keys, key=lambda k: abs(k.column - middle_x) + abs(k.row - middle_y))

    def region(self, picture: PictureLevels) -> Region:
        """Return the pixels of the level that the tiles cover."""
        first = tile_region(picture, self.corner(picture.picture_id, is_last=False))
        last = tile_region(picture, self.corner(picture.picture_id, is_last=True))
        return Region(
            left=first.left,
            top=first.top,
            width=last.right - first.left,
            height=last.bottom - first.top,
        )


def find_span(view: ViewTransform, picture: PictureLevels, part: QRect) -> TileSpan | None:
    """Return the tiles that ``part`` of the view needs, None if the picture is outside."""
    pixel_scale = view.zoom * view.output_width_px / picture.width_px
    # The smallest level that is not enlarged on screen: at 100 % level 0, at 50 % level 1, and
    # between the two level 0, scaled down. The last digit of a zoom must not decide.
    level = max(0, math.floor(-math.log2(pixel_scale) + 1e-6))
    level = min(level, level_count(picture) - 1)
    step = (1 << level) * TILE_PX
    width, height = level_size(picture, level)
    # From result pixels to tiles: pixels of the picture's level 0, then whole tiles of the level.
    ratio_x = picture.width_px / view.output_width_px / step
    ratio_y = picture.height_px / view.output_height_px / step
    left, top = view.to_output(part.left(), part.top())
    right, bottom = view.to_output(part.left() + part.width(), part.top() + part.height())
    first_column = max(0, math.floor(left * ratio_x))
    first_row = max(0, math.floor(top * ratio_y))
    end_column = min(math.ceil(width / TILE_PX), math.ceil(right * ratio_x))
    end_row = min(math.ceil(height / TILE_PX), math.ceil(bottom * ratio_y))
    if end_column <= first_column or end_row <= first_row:
        return None
    return TileSpan(
        level=level,
        scale=pixel_scale * (1 << level),
        first_column=first_column,
        first_row=first_row,
        columns=end_column - first_column,
        rows=end_row - first_row,
    )


def tiles_in(view: ViewTransform, pictures: Sequence[PictureLevels]) -> list[WantedTile]:
    """Return all tiles that a view of ``pictures`` needs."""
    whole = QRect(0, 0, view.view_width_px, view.view_height_px)
    wanted = []
    for picture in pictures:
        span = find_span(view, picture, whole)
        keys = [] if span is None else span.keys(picture.picture_id)
        wanted += [WantedTile(key=key, picture=picture) for key in keys]
    return wanted


def picture_rect(view: ViewTransform) -> QRect:
    """Return the rectangle of the whole picture in the view, in whole device pixels."""
    left, top = view.to_view(0, 0)
    right, bottom = view.to_view(view.output_width_px, view.output_height_px)
    x, y = nearest(left), nearest(top)
    return QRect(x, y, nearest(right) - x, nearest(bottom) - y)


def region_rect(view: ViewTransform, picture: PictureLevels, region: Region, level: int) -> QRectF:
    """Return the rectangle of a region of a level in the view."""
    # Level sizes are rounded up; positions go by level-0 pixels so that levels coincide.
    step = 1 << level
    across = view.output_width_px / picture.width_px * step
    down = view.output_height_px / picture.height_px * step
    left, top = view.to_view(region.left * across, region.top * down)
    return QRectF(left, top, region.width * across * view.zoom, region.height * down * view.zoom)


def tile_rect(view: ViewTransform, picture: PictureLevels, key: TileKey) -> QRectF:
    """Return the rectangle of a tile in the view."""
    return region_rect(view, picture, tile_region(picture, key), key.level)


def nearest(position: float) -> int:
    """Return the whole device pixel nearest to ``position``."""
    return math.floor(position + _HALF)


def top_key(picture: PictureLevels) -> TileKey:
    """Return the one tile of the smallest level."""
    return TileKey(picture.picture_id, level_count(picture) - 1, 0, 0)


def coarser_key(key: TileKey, steps: int) -> TileKey:
    """Return the tile that covers ``key``, ``steps`` levels up."""
    return TileKey(key.picture_id, key.level + steps, key.column >> steps, key.row >> steps)


def coarser_keys(holes: list[TileKey], picture: PictureLevels) -> list[TileKey]:
    """Return the tiles that cover ``holes`` two levels up, with a sixteenth of the pixels."""
    # Near the top, the one tile of the last level is as good.
    if not holes or holes[0].level + _COARSER >= level_count(picture) - 1:
        return []
    return list(dict.fromkeys(coarser_key(hole, _COARSER) for hole in holes))


def finer_keys(holes: list[TileKey], picture: PictureLevels) -> list[TileKey]:
    """Return the tiles of the next finer level that cover ``holes``, if they are not too many."""
    # Four finer tiles for each hole: for many holes, the search costs more than it helps.
    if not holes or holes[0].level == 0 or len(holes) > _MOST_FINER:
        return []
    width, height = level_size(picture, holes[0].level - 1)
    return [
        TileKey(hole.picture_id, hole.level - 1, column, row)
        for hole in holes
        for row in (2 * hole.row, 2 * hole.row + 1)
        for column in (2 * hole.column, 2 * hole.column + 1)
        if column * TILE_PX < width and row * TILE_PX < height
    ]
