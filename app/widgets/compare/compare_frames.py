"""The two pictures of the viewer, drawn for its window and kept until something changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QRegion

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import PictureLevels
from app.services.pictures.tile_span import picture_rect
from app.services.pictures.tile_store import TileStore, WantedTile
from app.state.view_transform import ViewTransform
from app.state.viewer_state import PixelReading, Side
from app.widgets.compare.difference_map import draw_difference
from app.widgets.compare.frame_composer import FrameComposer
from app.widgets.compare.kept_frame import KeptFrame

_MOST_PARTS = 4
_CORNER = QPoint(0, 0)
_SQUARE_PX = 10
# Between the grays of photos and the colors of both themes; neither white nor black hides.
_LIGHT, _DARK = "#c9c9c9", "#a6a6a6"


@dataclass(frozen=True, slots=True)
class _Layer:
    """A picture to draw, and the one it replaces."""

    picture: PictureLevels
    old: PictureLevels | None
    keeps_pixels: bool = False


class CompareFrames:
    """Draws each side on request, once for each view.

    tiles ─► FrameComposer ─► KeptFrame (one per side) ─► ComparePainter ─► screen
    """

    def __init__(self, tiles: TileStore) -> None:
        self._tiles = tiles
        self._composers: dict[tuple[str, Side], FrameComposer] = {}
        self._frames = {side: KeptFrame() for side in Side}
        self._with_old: set[Side] = set()
        self._difference = QImage()
        # Sides that expired while they were visible, until they are drawn again.
        self._awaited: set[Side] = set()
        self._difference_view: ViewTransform | None = None
        self._background = QColor("#000000")
        self._squares = _draw_squares()

    @property
    def is_complete(self) -> bool:
        """Whether something is drawn and no tile is missing."""
        drawn = [frame for frame in self._frames.values() if frame.is_current]
        is_whole = bool(drawn) and all(frame.is_complete for frame in drawn)
        return is_whole and not self._awaited

    def take_painted(self) -> None:
        """Note that everything in view was drawn since it expired."""
        self._awaited.clear()

    def set_background(self, color: QColor) -> None:
        """Set the color around the picture."""
        self._background = color
        self.expire()

    def expire(self) -> None:
        """Discard what was drawn: the pictures changed."""
        for side in Side:
            self.expire_side(side)

    def expire_side(self, side: Side) -> None:
        """Discard one side: its picture changed."""
        if self._frames[side].is_current:
            self._awaited.add(side)
        self._frames[side].expire()
        self._difference_view = None

    def is_here(self, view: ViewTransform, picture: PictureLevels) -> bool:
        """Return whether ``picture`` can be drawn into ``view`` without loading anything."""
        whole = QRect(0, 0, view.view_width_px, view.view_height_px)
        return not self._composer("frame", Side.BEFORE).missing(view, picture, whole)

    def take_arrivals(self) -> bool:
        """Mark where missing tiles have arrived to be drawn again; return whether any has."""
        has_news = [frame.take_arrivals(self._tiles) for frame in self._frames.values()]
        for side in [side for side in self._with_old if self._frames[side].is_complete]:
            # Where a neighboring tile was missing, the old picture was drawn over loaded ones.
            self._with_old.discard(side)
            self._frames[side].expire()
        if any(has_news):
            self._difference_view = None
        return any(has_news)

    def frame(
        self,
        side: Side,
        view: ViewTransform,
        pictures: ComparedPictures,
        *,
        area: QRect | None = None,
    ) -> QImage:
        """Return one side as an image of the view's size in device pixels.

        Args:
            side: Which of the two.
            view: What part of the result is in view.
            pictures: What is compared.
            area: Part that must be drawn; after a change of view nothing else
                is, so that moving costs one picture and not two.
        """
        frame = self._frames[side]
        whole = QRect(0, 0, view.view_width_px, view.view_height_px)
        needed = whole if area is None else area.intersected(whole)
        missing = frame.claim(view, needed)
        # The read-out requests one pixel, which says nothing about the rest.
        if needed.width() > 1:
            self._awaited.discard(side)
        if not missing.isEmpty():
            # After a pan at most two strips come into view, one across and one down:
            #   +--+------+
            #   |##########|   one composer per shape of part, since each keeps its joined tiles
            #   |##|      |
            #   +--+------+
            for part in _parts(missing):
                purpose = "frame" if 2 * part.height() > whole.height() else "strip"
                lacking = self.draw(frame.image, side, view, pictures, area=part, purpose=purpose)
                frame.wanted.update({tile.key: tile for tile in lacking})
            self._difference_view = None
            self._ask_for_tiles()
        return frame.image

    def reading(
        self, view: ViewTransform, pictures: ComparedPictures, device_x: float, device_y: float
    ) -> PixelReading | None:
        """Return the colors at a point of the view, None outside the photo."""
        x, y = view.to_output(device_x, device_y)
        if not (0 <= x < view.output_width_px and 0 <= y < view.output_height_px):
            return None
        colors = {}
        spot = QRect(int(device_x), int(device_y), 1, 1)
        for side in Side:
            frame = self.frame(side, view, pictures, area=spot)
            column = min(max(int(device_x), 0), frame.width() - 1)
            row = min(max(int(device_y), 0), frame.height() - 1)
            color = frame.pixelColor(column, row)
            colors[side] = (color.red(), color.green(), color.blue())
        return PixelReading(
            x=int(x), y=int(y), before=colors[Side.BEFORE], after=colors[Side.AFTER]
        )

    def difference(self, view: ViewTransform, pictures: ComparedPictures, *, gain: int) -> QImage:
        """Return the difference map of the sides, as an image of the view's size."""
        before = self.frame(Side.BEFORE, view, pictures)
        after = self.frame(Side.AFTER, view, pictures)
        # The map is computed for the whole view: it is only kept while neither side changes.
        if self._difference_view != view:
            # Only the photo: around it both sides have the same background.
            area = picture_rect(view).intersected(before.rect())
            part = QImage(area.size(), QImage.Format.Format_RGB32)
            draw_difference(before.copy(area), after.copy(area), part, gain=gain)
            self._difference = QImage(before.size(), QImage.Format.Format_RGB32)
            self._difference.fill(self._background)
            _paste(part, self._difference, area.left(), area.top())
            self._difference_view = view
        return self._difference

    def draw(
        self,
        image: QImage,
        side: Side,
        view: ViewTransform,
        pictures: ComparedPictures,
        *,
        area: QRect | None = None,
        purpose: str = "frame",
    ) -> list[WantedTile]:
        """Draw one side into ``image``; return the tiles that are missing.

        Args:
            image: 32-bit RGB image of the view's size.
            side: Which of the two.
            view: What part to draw.
            pictures: What is compared.
            area: Part to draw; None means all.
            purpose: Calls with the same purpose reuse each other's joined tiles.
        """
        # Painted in order: background, squares under a transparent photo, before, after.
        part = image.rect() if area is None else area
        _fill(image, part, QBrush(self._background))
        if pictures.has_alpha:
            photo = picture_rect(view)
            _fill(image, part.intersected(photo), self._squares, origin=photo.topLeft())
        upper: list[WantedTile] = []
        lower: list[WantedTile] = []
        after = pictures.after if side is Side.AFTER else None
        composer = self._composer(purpose, side)
        # Where "after" has holes or nothing loaded yet, "before" shows through.
        if after is None or after.is_sparse or not composer.has_stand_in(after):
            name = purpose if after is None else f"{purpose}-under"
            before = _Layer(pictures.before, pictures.old_before, pictures.keeps_before_pixels)
            lower = self._draw_layer(image, view, before, part, (name, side))
        if after is not None:
            upper = self._draw_layer(
                image, view, _Layer(after, pictures.old_after), part, (purpose, side)
            )
        return upper + lower

    def _draw_layer(
        self,
        image: QImage,
        view: ViewTransform,
        layer: _Layer,
        part: QRect,
        key: tuple[str, Side],
    ) -> list[WantedTile]:
        """Draw a picture, or the one it replaces until it is loaded; return its missing tiles."""
        composer = self._composer(*key)
        wanted = composer.missing(view, layer.picture, part) if layer.old is not None else []
        if layer.old is not None and wanted:
            self._with_old.add(key[1])
            old = self._composer(f"{key[0]}-old", key[1])
            old.compose(
                image, view, layer.old, wanted=[], area=part, keeps_pixels=layer.keeps_pixels
            )
            return wanted
        composer.compose(
            image,
            view,
            layer.picture,
            wanted=wanted,
            area=part,
            keeps_pixels=layer.keeps_pixels,
        )
        return wanted

    def want(self, extra: list[WantedTile]) -> None:
        """Request ``extra`` tiles and those that the frames lack."""
        self._ask_for_tiles(extra)

    def _composer(self, purpose: str, side: Side) -> FrameComposer:
        key = (purpose, side)
        if key not in self._composers:
            self._composers[key] = FrameComposer(self._tiles)
        return self._composers[key]

    def _ask_for_tiles(self, extra: list[WantedTile] | None = None) -> None:
        wanted = {tile.key: tile for tile in extra or []}
        # After first: it is what the user waits for.
        for side in (Side.AFTER, Side.BEFORE):
            if self._frames[side].is_current:
                wanted |= self._frames[side].wanted
        self._tiles.want(self, list(wanted.values()))


def _parts(region: QRegion) -> list[QRect]:
    """Return the rectangles of a region, or its bounding rectangle if they are many."""
    # A region is iterable, which Qt's type hints leave out.
    parts = list(cast("Iterable[QRect]", region))
    return parts if len(parts) <= _MOST_PARTS else [region.boundingRect()]


def _fill(image: QImage, area: QRect, brush: QBrush, *, origin: QPoint = _CORNER) -> None:
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setBrushOrigin(origin)
    painter.fillRect(area, brush)
    painter.end()


def _draw_squares() -> QBrush:
    """Return the checkered brush that marks transparency; it moves along with the photo."""
    side = _SQUARE_PX
    tile = QImage(2 * side, 2 * side, QImage.Format.Format_RGB32)
    tile.fill(QColor(_LIGHT))
    painter = QPainter(tile)
    for place in (0, side):
        painter.fillRect(place, place, side, side, QColor(_DARK))
    painter.end()
    return QBrush(tile)


def _paste(part: QImage, target: QImage, left: int, top: int) -> None:
    painter = QPainter(target)
    painter.drawImage(left, top, part)
    painter.end()
