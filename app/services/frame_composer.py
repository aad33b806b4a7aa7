"""Draws what is in view of a picture from its tiles, at once, whatever is loaded."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.services.picture_levels import PictureLevels, level_count, level_size
from app.services.tile_store import TILE_PX, TileKey, TileStore, WantedTile, tile_region
from app.state.view_transform import ViewTransform
from engine.api import Region

_NEAREST_FROM_ZOOM = 2.0
_COARSER = 2
_MOST_FINER = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The tiles of one level that lie in view."""

    level: int
    scale: float
    first_column: int
    first_row: int
    columns: int
    rows: int

    def corner(self, picture_id: int, *, is_last: bool) -> TileKey:
        """Return the first or the last tile."""
        column = self.first_column + (self.columns - 1 if is_last else 0)
        row = self.first_row + (self.rows - 1 if is_last else 0)
        return TileKey(picture_id, self.level, column, row)

    def keys(self, picture_id: int) -> list[TileKey]:
        """Return the tiles, those in the middle first: they are looked at first."""
        middle_x = self.first_column + (self.columns - 1) / 2
        middle_y = self.first_row + (self.rows - 1) / 2
        keys = [
            TileKey(picture_id, self.level, column, row)
            for row in range(self.first_row, self.first_row + self.rows)
            for column in range(self.first_column, self.first_column + self.columns)
        ]
        return sorted(keys, key=lambda k: abs(k.column - middle_x) + abs(k.row - middle_y))


class FrameComposer:
    """Fills frames of one picture after another and collects the tiles that are missing.

    The tiles are first joined at their own size and then scaled in one go:
    scaled one by one they would show seams. What is joined stays until another
    part of the picture comes into view.
    """

    def __init__(self, tiles: TileStore) -> None:
        self._tiles = tiles
        self._joined = QImage()
        self._joined_span: _Span | None = None
        self._joined_keys: dict[TileKey, int] = {}

    def compose(
        self,
        frame: QImage,
        view: ViewTransform,
        picture: PictureLevels,
        *,
        wanted: list[WantedTile],
        area: QRect | None = None,
        keeps_pixels: bool = False,
    ) -> None:
        """Draw ``picture`` into ``frame``.

        Args:
            frame: Image of the view's size; what the picture does not cover is kept.
            view: Where the frame lies on the result.
            picture: Picture to draw, stretched to the result's size.
            wanted: Receives the tiles that have to be loaded.
            area: Part of the frame to draw; None means all of it.
            keeps_pixels: Whether enlarged pixels are always drawn as squares.
        """
        part = frame.rect() if area is None else area
        span = _find_span(view, picture, part)
        if span is None:
            return
        missing = self._join(span, picture)
        painter = QPainter(frame)
        painter.setClipRect(picture_rect(view).intersected(part))
        has_holes = any(tile.key not in self._joined_keys for tile in missing)
        if has_holes:
            coarser = self._draw_backdrop(painter, view, picture, span)
            wanted.extend([] if picture.is_sparse else coarser)
        wanted.extend(missing)
        if not (has_holes or picture.is_sparse):
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        is_smooth = span.scale < _NEAREST_FROM_ZOOM and not (keeps_pixels and span.scale > 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        self._draw_joined(painter, view, picture, span)
        painter.end()

    def has_stand_in(self, picture: PictureLevels) -> bool:
        """Return whether the whole of ``picture`` can be drawn, however coarsely."""
        return self._tiles.get(_top_key(picture)) is not None

    def _join(self, span: _Span, picture: PictureLevels) -> list[WantedTile]:
        keys = span.keys(picture.picture_id)
        self._reserve(span, keys)
        missing = []
        painter = QPainter(self._joined)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for key in keys:
            tile = self._tiles.get(key)
            if tile is None or self._tiles.is_stale(key):
                missing.append(WantedTile(key=key, picture=picture))
            if tile is not None and self._joined_keys.get(key) != tile.cacheKey():
                x = (key.column - span.first_column) * TILE_PX
                y = (key.row - span.first_row) * TILE_PX
                painter.drawImage(x, y, tile)
                self._joined_keys[key] = tile.cacheKey()
        painter.end()
        return [tile for tile in missing if self._is_needed(tile.key)]

    def _is_needed(self, key: TileKey) -> bool:
        # A tile that is still joined need not come back because the store let it go.
        return key not in self._joined_keys or self._tiles.is_stale(key)

    def _reserve(self, span: _Span, keys: list[TileKey]) -> None:
        is_same_picture = keys[0].picture_id in {key.picture_id for key in self._joined_keys}
        if span == self._joined_span and is_same_picture:
            return
        width, height = span.columns * TILE_PX, span.rows * TILE_PX
        if self._joined.width() < width or self._joined.height() < height:
            size = (max(width, self._joined.width()), max(height, self._joined.height()))
            self._joined = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self._joined.fill(Qt.GlobalColor.transparent)
        self._joined_span = span
        self._joined_keys = {}

    def _draw_backdrop(
        self, painter: QPainter, view: ViewTransform, picture: PictureLevels, span: _Span
    ) -> list[WantedTile]:
        """Draw coarser and finer tiles for missing ones; return the coarser ones not here."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)  # noqa: FBT003
        coarser = (_top_key(picture), *_coarser_keys(span, picture))
        missing = []
        # Zooming out leaves finer tiles behind: better than any coarser one.
        for key in (*coarser, *_finer_keys(span, picture)):
            tile = self._tiles.get(key)
            if tile is not None:
                region = tile_region(picture, key)
                painter.drawImage(_target(view, picture, region, key.level), tile)
            elif key.level > span.level:
                missing.append(WantedTile(key=key, picture=picture))
        return missing

    def _draw_joined(
        self, painter: QPainter, view: ViewTransform, picture: PictureLevels, span: _Span
    ) -> None:
        first = tile_region(picture, span.corner(picture.picture_id, is_last=False))
        last = tile_region(picture, span.corner(picture.picture_id, is_last=True))
        region = Region(
            left=first.left,
            top=first.top,
            width=last.right - first.left,
            height=last.bottom - first.top,
        )
        target = _target(view, picture, region, span.level)
        source = QRectF(0, 0, region.width, region.height)
        painter.drawImage(_snapped(target, span.scale), self._joined, source)


def picture_rect(view: ViewTransform) -> QRect:
    """Return where the whole picture lies in the view, in whole device pixels."""
    left, top = view.to_view(0, 0)
    right, bottom = view.to_view(view.output_width_px, view.output_height_px)
    return QRect(round(left), round(top), round(right) - round(left), round(bottom) - round(top))


def _top_key(picture: PictureLevels) -> TileKey:
    return TileKey(picture.picture_id, level_count(picture) - 1, 0, 0)


def _coarser_keys(span: _Span, picture: PictureLevels) -> list[TileKey]:
    """Return the tiles of a level with a sixteenth of the pixels that cover ``span``."""
    level = span.level + _COARSER
    if level >= level_count(picture) - 1:
        return []
    last = span.corner(picture.picture_id, is_last=True)
    return [
        TileKey(picture.picture_id, level, column, row)
        for row in range(span.first_row >> _COARSER, (last.row >> _COARSER) + 1)
        for column in range(span.first_column >> _COARSER, (last.column >> _COARSER) + 1)
    ]


def _finer_keys(span: _Span, picture: PictureLevels) -> list[TileKey]:
    """Return the tiles of the next finer level that cover ``span``, if they are not too many."""
    if span.level == 0 or span.columns * span.rows > _MOST_FINER:
        return []
    width, height = level_size(picture, span.level - 1)
    last_column = min(2 * (span.first_column + span.columns), -(-width // TILE_PX))
    last_row = min(2 * (span.first_row + span.rows), -(-height // TILE_PX))
    return [
        TileKey(picture.picture_id, span.level - 1, column, row)
        for row in range(2 * span.first_row, last_row)
        for column in range(2 * span.first_column, last_column)
    ]


def _target(view: ViewTransform, picture: PictureLevels, region: Region, level: int) -> QRectF:
    """Return where a region of a level lies in the view."""
    # Level sizes are rounded up; positions go by level-0 pixels so that levels coincide.
    step = 1 << level
    across = view.output_width_px / picture.width_px * step
    down = view.output_height_px / picture.height_px * step
    left, top = view.to_view(region.left * across, region.top * down)
    return QRectF(left, top, region.width * across * view.zoom, region.height * down * view.zoom)


def _snapped(target: QRectF, scale: float) -> QRectF:
    """Put unscaled pixels exactly onto pixels of the screen."""
    if abs(scale - 1) > 1e-6:
        return target
    return QRectF(round(target.left()), round(target.top()), target.width(), target.height())


def _find_span(view: ViewTransform, picture: PictureLevels, part: QRect) -> _Span | None:
    pixel_scale = view.zoom * view.output_width_px / picture.width_px
    level = max(0, math.floor(-math.log2(pixel_scale) + 1e-6))
    level = min(level, level_count(picture) - 1)
    step = (1 << level) * TILE_PX
    width, height = level_size(picture, level)
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
    return _Span(
        level=level,
        scale=pixel_scale * (1 << level),
        first_column=first_column,
        first_row=first_row,
        columns=end_column - first_column,
        rows=end_row - first_row,
    )
