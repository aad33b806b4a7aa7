"""The two pictures of the viewer, drawn for its window and kept until something changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.services.compared_pictures import ComparedPictures
from app.services.difference_map import draw_difference
from app.services.frame_composer import FrameComposer, picture_rect
from app.services.tile_store import TileStore, WantedTile
from app.state.view_transform import ViewTransform
from app.state.viewer_state import Side


@dataclass(slots=True, kw_only=True)
class _Frame:
    image: QImage = field(default_factory=QImage)
    is_current: bool = False
    covered: QRect = field(default_factory=QRect)
    wanted: list[WantedTile] = field(default_factory=list)


class CompareFrames:
    """Draws each side when it is asked for, once for each view."""

    def __init__(self, tiles: TileStore) -> None:
        self._tiles = tiles
        self._composers: dict[tuple[str, Side], FrameComposer] = {}
        self._frames = {side: _Frame() for side in Side}
        self._difference = QImage()
        self._has_difference = False
        self._background = QColor("#000000")

    @property
    def is_complete(self) -> bool:
        """Whether something is drawn and lacks no tile."""
        drawn = [frame for frame in self._frames.values() if frame.is_current]
        return bool(drawn) and not any(frame.wanted for frame in drawn)

    def set_background(self, colour: QColor) -> None:
        """Take the colour around the picture."""
        self._background = colour
        self.expire()

    def expire(self) -> None:
        """Forget what was drawn: the view or the pictures changed."""
        for frame in self._frames.values():
            frame.is_current = False
        self._has_difference = False

    def expire_incomplete(self) -> bool:
        """Forget the frames that lack tiles; return whether there were any."""
        incomplete = [frame for frame in self._frames.values() if frame.wanted]
        for frame in incomplete:
            frame.is_current = False
        self._has_difference = self._has_difference and not incomplete
        return bool(incomplete)

    def expire_side(self, side: Side) -> None:
        """Forget one side: its picture changed."""
        self._frames[side].is_current = False
        self._has_difference = False

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
        if not frame.is_current:
            frame.image = self._fitting(frame.image, view)
            self._draw_frame(frame, side, view, pictures, needed)
        elif not frame.covered.contains(needed) and not needed.isEmpty():
            self._draw_frame(frame, side, view, pictures, whole)
        return frame.image

    def _draw_frame(
        self,
        frame: _Frame,
        side: Side,
        view: ViewTransform,
        pictures: ComparedPictures,
        area: QRect,
    ) -> None:
        frame.wanted = self.draw(frame.image, side, view, pictures, area=area)
        frame.is_current = True
        frame.covered = area
        self._has_difference = False
        self._ask_for_tiles()

    def difference(self, view: ViewTransform, pictures: ComparedPictures, *, gain: int) -> QImage:
        """Return how far the sides differ, as an image of the view's size."""
        before = self.frame(Side.BEFORE, view, pictures)
        after = self.frame(Side.AFTER, view, pictures)
        if not self._has_difference:
            self._difference = self._fitting(self._difference, view)
            area = picture_rect(view).intersected(before.rect())
            part = QImage(area.size(), QImage.Format.Format_RGB32)
            draw_difference(before.copy(area), after.copy(area), part, gain=gain)
            self._difference.fill(self._background)
            _paste(part, self._difference, area.left(), area.top())
            self._has_difference = True
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
            purpose: Calls of one purpose reuse each other's work.
        """
        image.fill(self._background)
        upper: list[WantedTile] = []
        lower: list[WantedTile] = []
        after = pictures.after if side is Side.AFTER else None
        composer = self._composer(purpose, side)
        if after is None or after.is_sparse or not composer.has_stand_in(after):
            under = composer if after is None else self._composer(f"{purpose}-under", side)
            under.compose(
                image,
                view,
                pictures.before,
                wanted=lower,
                area=area,
                keeps_pixels=pictures.keeps_before_pixels,
            )
        if after is not None:
            composer.compose(image, view, after, wanted=upper, area=area)
        return upper + lower

    def _composer(self, purpose: str, side: Side) -> FrameComposer:
        key = (purpose, side)
        if key not in self._composers:
            self._composers[key] = FrameComposer(self._tiles)
        return self._composers[key]

    def want(self, extra: list[WantedTile]) -> None:
        """Ask for ``extra`` tiles and for those that the frames lack."""
        self._ask_for_tiles(extra)

    def _ask_for_tiles(self, extra: list[WantedTile] | None = None) -> None:
        frames = (self._frames[Side.AFTER], self._frames[Side.BEFORE])
        wanted = list(extra or [])
        for frame in frames:
            wanted.extend(frame.wanted)
        self._tiles.want(self, list({tile.key: tile for tile in wanted}.values()))

    def _fitting(self, image: QImage, view: ViewTransform) -> QImage:
        if image.width() == view.view_width_px and image.height() == view.view_height_px:
            return image
        return QImage(view.view_width_px, view.view_height_px, QImage.Format.Format_RGB32)


def _paste(part: QImage, target: QImage, left: int, top: int) -> None:
    painter = QPainter(target)
    painter.drawImage(left, top, part)
    painter.end()
