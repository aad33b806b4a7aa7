"""Draws the visible part of a picture from the tiles that are loaded, without waiting."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from app.services.pictures.picture_levels import PictureLevels, level_count
from app.services.pictures.tile_span import (
    TileSpan,
    coarser_key,
    coarser_keys,
    find_span,
    finer_keys,
    nearest,
    picture_rect,
    region_rect,
    tile_rect,
    top_key,
)
from app.services.pictures.tile_store import TILE_PX, TileKey, TileStore, WantedTile
from app.state.view_transform import ViewTransform

_NEAREST_FROM_ZOOM = 2.0
# Smooth scaling reads neighboring pixels: a part is drawn from a little more than itself.
_MARGIN_PX = 2
_EMPTY = 0


class FrameComposer:
    """Draws frames and collects the tiles that are missing for them.

    The tiles are first joined at their own size and then scaled together: scaled one by one
    they would show seams. The joined image is kept until another part comes into view.

        +---+---+---+
        | t | t | t |   joined at the level's own size
        +---+---+---+                  ─► scaled once ─► frame
        | t |   | t |   a hole is filled by a coarser or finer tile, scaled alone
        +---+---+---+
    """

    def __init__(self, tiles: TileStore) -> None:
        self._tiles = tiles
        self._joined = QImage()
        self._joined_span: TileSpan | None = None
        self._joined_picture = -1
        self._has_alpha = False
        # What is at each position of the joined image: the cache key of a tile, or `_EMPTY`.
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
            frame: Image of the view's size; what the picture does not cover is unchanged.
            view: Which part of the result the frame shows.
            picture: Picture to draw, stretched to the result's size.
            wanted: Receives the tiles that have to be loaded.
            area: Part of the frame to draw; None means all of it.
            keeps_pixels: Whether enlarged pixels are always drawn as squares.
        """
        part = frame.rect() if area is None else area
        grown = part.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        span = find_span(view, picture, grown)
        if span is None:
            return
        missing, holes = self._join(span, picture)
        painter = QPainter(frame)
        painter.setClipRect(picture_rect(view).intersected(part))
        if holes:
            coarser = self._draw_stand_ins(painter, view, picture, holes)
            # A sparse picture computes only what is in view: its coarser tiles are mostly holes.
            wanted.extend([] if picture.is_sparse else coarser)
        # Every pixel is covered: copying is faster than blending.
        elif not self._has_alpha:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        wanted.extend(missing)
        if len(holes) < span.count:
            # From 200 % on, pixels are drawn as squares: that is what a close look is for.
            is_smooth = span.scale < _NEAREST_FROM_ZOOM and not (keeps_pixels and span.scale > 1)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
            self._draw_joined(painter, view, picture, span)
        painter.end()

    def missing(self, view: ViewTransform, picture: PictureLevels, area: QRect) -> list[WantedTile]:
        """Return the tiles of ``picture`` that ``area`` of the view needs and that are missing."""
        span = find_span(view, picture, area)
        if span is None:
            return []
        keys = span.keys(picture.picture_id)
        return [
            WantedTile(key=key, picture=picture) for key in keys if self._tiles.get(key) is None
        ]

    def has_stand_in(self, picture: PictureLevels) -> bool:
        """Return whether the whole of ``picture`` can be drawn, however coarsely."""
        return self._tiles.get(top_key(picture)) is not None

    def _join(
        self, span: TileSpan, picture: PictureLevels
    ) -> tuple[list[WantedTile], list[TileKey]]:
        """Join the tiles of ``span``; return which to load, and which are holes."""
        self._reserve(span, picture)
        missing, holes = [], []
        painter = QPainter(self._joined)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for key in span.keys(picture.picture_id):
            tile = self._tiles.get(key)
            held = self._joined_keys.get(key)
            x = (key.column - span.first_column) * TILE_PX
            y = (key.row - span.first_row) * TILE_PX
            if tile is not None and held != tile.cacheKey():
                painter.drawImage(x, y, tile)
                self._joined_keys[key] = tile.cacheKey()
                self._has_alpha |= tile.hasAlphaChannel()
            elif tile is None and not held:
                holes.append(key)
                if held is None:
                    painter.fillRect(x, y, TILE_PX, TILE_PX, "transparent")
                    self._joined_keys[key] = _EMPTY
            # A tile that is in the joined image need not be loaded again after it was evicted.
            if self._tiles.is_stale(key) or not self._joined_keys[key]:
                missing.append(WantedTile(key=key, picture=picture))
        painter.end()
        return missing, holes

    def _reserve(self, span: TileSpan, picture: PictureLevels) -> None:
        if span == self._joined_span and picture.picture_id == self._joined_picture:
            return
        width, height = span.columns * TILE_PX, span.rows * TILE_PX
        # It only grows: a view that moves by a tile would otherwise make a new image each time.
        if self._joined.width() < width or self._joined.height() < height:
            size = (max(width, self._joined.width()), max(height, self._joined.height()))
            self._joined = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self._joined_span, self._joined_picture = span, picture.picture_id
        self._joined_keys = {}
        self._has_alpha = False

    def _draw_stand_ins(
        self,
        painter: QPainter,
        view: ViewTransform,
        picture: PictureLevels,
        holes: list[TileKey],
    ) -> list[WantedTile]:
        """Draw coarser and finer tiles for missing ones; return the coarser ones to load."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)  # noqa: FBT003
        above = {key for hole in holes if (key := self._nearest_above(hole, picture)) is not None}
        coarse_first = sorted(above, key=lambda key: -key.level)
        # Zooming out leaves finer tiles loaded: they look better than any coarser one.
        for key in (*coarse_first, *finer_keys(holes, picture)):
            tile = self._tiles.get(key)
            if tile is not None:
                painter.drawImage(tile_rect(view, picture, key), tile)
        coarser = dict.fromkeys((top_key(picture), *coarser_keys(holes, picture)))
        return [
            WantedTile(key=key, picture=picture)
            for key in coarser
            if key.level > holes[0].level and self._tiles.get(key) is None
        ]

    def _nearest_above(self, hole: TileKey, picture: PictureLevels) -> TileKey | None:
        """Return the finest loaded tile among the coarser ones that cover ``hole``."""
        above = (coarser_key(hole, n) for n in range(1, level_count(picture) - hole.level))
        return next((key for key in above if self._tiles.get(key) is not None), None)

    def _draw_joined(
        self, painter: QPainter, view: ViewTransform, picture: PictureLevels, span: TileSpan
    ) -> None:
        region = span.region(picture)
        target = region_rect(view, picture, region, span.level)
        source = QRectF(0, 0, region.width, region.height)
        painter.drawImage(_snapped(target, span.scale), self._joined, source)


def _snapped(target: QRectF, scale: float) -> QRectF:
    """Align unscaled pixels exactly with pixels of the screen."""
    if abs(scale - 1) > 1e-6:
        return target
    return QRectF(nearest(target.left()), nearest(target.top()), target.width(), target.height())
