"""Paints the viewer: the sides, the line between them, their labels, the loupe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.services.pictures.compared_pictures import ComparedPictures
from app.state.view_transform import ViewTransform
from app.state.viewer_state import Side, ViewerMode
from app.widgets.compare.compare_frames import CompareFrames
from app.widgets.compare.overlays import OverlayPainter

LOUPE_RADIUS_PX = 120
LOUPE_FACTOR = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything a picture of the viewer depends on.

    Attributes:
        pictures: What is compared.
        view: Which part of the result one pane shows, in device pixels.
        mode: How the sides share the window.
        shown: The visible side while flipping or blinking.
        split: Position of the dividing line, device-independent pixels from the left or top.
        panes: Where each side is drawn.
        ratio: Device pixels per device-independent pixel.
        labels: Labels of the sides; empty ones are not drawn.
        gain: Factor of the difference map.
        background: Color beside the photo.
    """

    pictures: ComparedPictures
    view: ViewTransform
    mode: ViewerMode
    shown: Side
    split: float
    panes: Mapping[Side, QRectF]
    ratio: float
    labels: Mapping[Side, str]
    gain: int
    background: QColor


class ComparePainter:
    """Paints scenes from frames that are kept between calls."""

    def __init__(self, frames: CompareFrames, overlay: OverlayPainter) -> None:
        self._frames = frames
        self._overlay = overlay
        self._lenses = {side: QImage() for side in Side}

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint the sides and the line between them."""
        match scene.mode:
            case ViewerMode.SPLIT_VERTICAL | ViewerMode.SPLIT_HORIZONTAL:
                self._paint_split(painter, scene)
            case ViewerMode.SIDE_BY_SIDE:
                painter.fillRect(scene.panes[Side.BEFORE].united(scene.panes[Side.AFTER]), "black")
                for side in Side:
                    self._paint_side(painter, scene, side, scene.panes[side])
            case ViewerMode.DIFFERENCE:
                image = self._frames.difference(scene.view, scene.pictures, gain=scene.gain)
                _draw_part(painter, image, scene, scene.panes[Side.AFTER])
            case ViewerMode.FLIP | ViewerMode.BLINK:
                self._paint_side(painter, scene, scene.shown, scene.panes[scene.shown])

    def paint_labels(self, painter: QPainter, scene: Scene) -> None:
        """Paint the labels of the sides into the corners, away from the divider."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        before, after = scene.panes[Side.BEFORE], scene.panes[Side.AFTER]
        is_stacked = scene.mode is ViewerMode.SPLIT_HORIZONTAL
        if scene.mode is ViewerMode.SPLIT_VERTICAL:
            before = QRectF(before.left(), before.top(), scene.split, before.height())
            after = QRectF(scene.split, after.top(), after.width() - scene.split, after.height())
        elif is_stacked:
            before = QRectF(before.left(), before.top(), before.width(), scene.split)
            after = QRectF(after.left(), scene.split, after.width(), after.height() - scene.split)
        if scene.mode is ViewerMode.DIFFERENCE:
            highest = f"{round(255 / scene.gain)}"
            self._overlay.difference_scale(painter, after, highest=highest)
            return
        is_one = scene.mode in {ViewerMode.FLIP, ViewerMode.BLINK}
        for side, area in ((Side.BEFORE, before), (Side.AFTER, after)):
            if scene.labels[side] and not (is_one and side is not scene.shown):
                at_right = side is Side.AFTER and scene.mode is not ViewerMode.SIDE_BY_SIDE
                at_bottom = is_stacked and side is Side.AFTER
                self._overlay.pill(
                    painter, scene.labels[side], area, at_right=at_right, at_bottom=at_bottom
                )

    def paint_loupe(self, painter: QPainter, scene: Scene, center: QPointF) -> None:
        """Paint the loupe around ``center``, before on its left and after on its right."""
        pane = scene.panes[Side.AFTER]
        side_px = round(2 * LOUPE_RADIUS_PX * scene.ratio)
        offset = pane.left() if center.x() >= pane.left() else 0.0
        x, y = scene.view.to_output((center.x() - offset) * scene.ratio, center.y() * scene.ratio)
        # Four times what is around it, and at least four device pixels per result pixel.
        zoom = max(scene.view.zoom * LOUPE_FACTOR, LOUPE_FACTOR)
        view = replace(
            scene.view,
            view_width_px=side_px,
            view_height_px=side_px,
            zoom=zoom,
            center_x=x,
            center_y=y,
        )
        wanted = []
        for side in Side:
            # Made once: a new image for each movement of the pointer costs more than drawing it.
            if self._lenses[side].width() != side_px:
                self._lenses[side] = QImage(side_px, side_px, QImage.Format.Format_RGB32)
            lens = self._lenses[side]
            wanted += self._frames.draw(lens, side, view, scene.pictures, purpose="loupe")
        self._frames.want(wanted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._overlay.loupe(
            painter,
            center,
            LOUPE_RADIUS_PX,
            self._lenses[Side.BEFORE],
            self._lenses[Side.AFTER],
        )

    def _paint_split(self, painter: QPainter, scene: Scene) -> None:
        pane = scene.panes[Side.BEFORE]
        first, second = QRectF(pane), QRectF(pane)
        if scene.mode is ViewerMode.SPLIT_VERTICAL:
            first.setWidth(scene.split)
            second.setLeft(scene.split)
            line = (QPointF(scene.split, 0), QPointF(scene.split, pane.height()))
        else:
            first.setHeight(scene.split)
            second.setTop(scene.split)
            line = (QPointF(0, scene.split), QPointF(pane.width(), scene.split))
        self._paint_side(painter, scene, Side.BEFORE, first)
        self._paint_side(painter, scene, Side.AFTER, second)
        self._overlay.line(painter, *line)

    def _paint_side(self, painter: QPainter, scene: Scene, side: Side, part: QRectF) -> None:
        if part.isEmpty():
            return
        # Only what the divider leaves of this side is drawn.
        area = _in_frame(scene, part).toAlignedRect()
        frame = self._frames.frame(side, scene.view, scene.pictures, area=area)
        _draw_part(painter, frame, scene, part)


def _draw_part(painter: QPainter, frame: QImage, scene: Scene, part: QRectF) -> None:
    """Draw the part of a frame that is in ``part`` of the widget."""
    painter.drawImage(part, frame, _in_frame(scene, part))


def _in_frame(scene: Scene, part: QRectF) -> QRectF:
    """Return a part of the widget in device pixels of the frame that is drawn there."""
    # Side by side, the right pane shows the same pixels of the result as the left one, so the
    # frame of each side begins at the left edge of its own pane.
    left = scene.panes[Side.BEFORE].left()
    pane = scene.panes[Side.AFTER]
    if scene.mode is ViewerMode.SIDE_BY_SIDE and part.left() >= pane.left():
        left = pane.left()
    return QRectF(
        (part.left() - left) * scene.ratio,
        part.top() * scene.ratio,
        part.width() * scene.ratio,
        part.height() * scene.ratio,
    )
