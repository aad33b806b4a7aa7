"""One side of the viewer as an image that is kept, and shifted when the view pans."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter, QRegion

from app.services.pictures.tile_span import tile_rect
from app.services.pictures.tile_store import TileKey, TileStore, WantedTile
from app.state.view_transform import ViewTransform

_WHOLE_STEP = 1e-4


class KeptFrame:
    """An image of the view's size that knows which part of it is drawn.

    A pan by whole pixels shifts the image; only what comes into view is drawn:

        +-----------+          +-----------+
        |  covered  |   ─►     |####+------|   #: missing, `claim` returns it
        |           |          |####| cov. |
        +-----------+          +-----------+

    Attributes:
        image: The drawn side, of the view's size in device pixels.
        wanted: Tiles that were missing when it was drawn.
    """

    def __init__(self) -> None:
        self.image = QImage()
        self.wanted: dict[TileKey, WantedTile] = {}
        self._spare = QImage()
        self._view: ViewTransform | None = None
        self._covered = QRect()
        self._dirty = QRegion()

    @property
    def is_current(self) -> bool:
        """Whether any part of the image can be shown."""
        return self._view is not None

    @property
    def is_complete(self) -> bool:
        """Whether no tile was missing for what is shown."""
        return self.is_current and not self.wanted

    def expire(self) -> None:
        """Discard what was drawn."""
        self._view = None

    def claim(self, view: ViewTransform, needed: QRect) -> QRegion:
        """Count ``needed`` as drawn for ``view``; return the part that has to be drawn.

        After a pan this is only what came into view; if the view did not move and more is
        needed than was drawn, it is the rest of the view.
        """
        whole = QRect(0, 0, view.view_width_px, view.view_height_px)
        has_moved = self._view is not None and self._view != view
        if has_moved:
            self._follow(view, whole)
        if self._view is None:
            self._start(view, needed)
            return QRegion(needed)
        missing = QRegion()
        if not self._covered.contains(needed) and not needed.isEmpty():
            # While it moves, as little as possible is drawn; at rest, all of it at once.
            goal = needed if has_moved else whole
            missing = QRegion(goal) - QRegion(self._covered)
            self._covered = goal
        missing += self._dirty.intersected(needed)
        self._dirty -= QRegion(needed)
        return missing

    def take_arrivals(self, tiles: TileStore) -> bool:
        """Mark where wanted tiles have arrived; return whether any has."""
        view = self._view
        if view is None:
            return False
        arrived = [key for key in self.wanted if tiles.is_fresh(key)]
        for key in arrived:
            self._dirty += _touched(view, self.wanted.pop(key))
        return bool(arrived)

    def _start(self, view: ViewTransform, needed: QRect) -> None:
        self.image = _fitting(self.image, view)
        self.wanted = {}
        self._dirty = QRegion()
        self._view, self._covered = view, needed

    def _follow(self, view: ViewTransform, whole: QRect) -> None:
        """Shift the image with the view if it moved by whole pixels; otherwise discard it."""
        step = None if self._view is None else _step(self._view, view)
        if step is None:
            self._view = None
            return
        self._spare = _fitting(self._spare, view)
        # Into a second image: Qt does not draw an image onto itself.
        painter = QPainter(self._spare)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(step, self.image)
        painter.end()
        self.image, self._spare = self._spare, self.image
        self._view = view
        self._covered = self._covered.translated(step).intersected(whole)
        self._dirty = self._dirty.translated(step).intersected(whole)
        self.wanted = {
            key: tile for key, tile in self.wanted.items() if _touched(view, tile).intersects(whole)
        }


def _step(old: ViewTransform, new: ViewTransform) -> QPoint | None:
    """Return by how many whole device pixels the picture moved, None if it changed otherwise."""
    if _size(old) != _size(new) or old.zoom != new.zoom:
        return None
    across, down = (old.left - new.left) * new.zoom, (old.top - new.top) * new.zoom
    step = QPoint(round(across), round(down))
    is_whole = max(abs(across - step.x()), abs(down - step.y())) < _WHOLE_STEP
    # Farther than its own size, nothing of the image is left to use.
    is_near = abs(step.x()) < new.view_width_px and abs(step.y()) < new.view_height_px
    return step if is_whole and is_near else None


def _size(view: ViewTransform) -> tuple[int, int, int, int]:
    return view.view_width_px, view.view_height_px, view.output_width_px, view.output_height_px


def _touched(view: ViewTransform, tile: WantedTile) -> QRegion:
    """Return the device pixels that a tile contributes to."""
    place = tile_rect(view, tile.picture, tile.key).toAlignedRect()
    # Smooth scaling reads neighboring pixels, so a tile reaches a little over its edges.
    return QRegion(place.adjusted(-2, -2, 2, 2))


def _fitting(image: QImage, view: ViewTransform) -> QImage:
    if image.width() == view.view_width_px and image.height() == view.view_height_px:
        return image
    return QImage(view.view_width_px, view.view_height_px, QImage.Format.Format_RGB32)
