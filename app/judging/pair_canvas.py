"""Two pictures of one spot beside each other, zoomed and panned together."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.state.view_transform import ViewTransform
from app.widgets.compare.overlays import OverlayPainter
from app.widgets.compare.zoom_canvas import ZOOM_KEYS, ZoomCanvas
from app.widgets.own_keys import OwnKeys

_GUTTER_PX = 6
# As in the viewer: from here on, pixels are drawn as squares.
_NEAREST_FROM_ZOOM = 2.0


class PairCanvas(ZoomCanvas):
    """Shows two finished pictures: both change in one frame, and none is ever half drawn.

    ::

        +---------+-+---------+
        |  left   | |  right  |   the view is that of one half; the other shows the same spot
        +---------+-+---------+
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(240, 120)
        self.setAccessibleName(self.tr("Two enlargements of one photo, left and right"))
        self.setAccessibleDescription(
            self.tr("Plus and minus zoom, arrow keys move, F shows all of it.")
        )
        OwnKeys(self, ZOOM_KEYS)
        self.overlay = OverlayPainter()
        self._images: tuple[QImage, QImage] | None = None
        # Shrunk copies of both for one zoom: drawn every time, they would cost as much as all else.
        self._shrunk: tuple[float, tuple[QImage, QImage]] | None = None
        self._message = ""
        self._background = QColor("#141517")
        self._focus_color = QColor("#8be8d6")

    @property
    def images(self) -> tuple[QImage, QImage] | None:
        """What is shown on the left and on the right."""
        return self._images

    def show_pair(self, left: QImage, right: QImage, *, is_new_photo: bool) -> None:
        """Show two pictures, stretched to the size of the larger one.

        Args:
            left: Picture on the left.
            right: Picture on the right.
            is_new_photo: Whether another photo is shown: it starts at 100 %, in its middle.
        """
        width, height = max(left.width(), right.width()), max(left.height(), right.height())
        is_first = self._images is None
        self._images, self._shrunk, self._message = (left, right), None, ""
        self._fit_view()
        if is_first or is_new_photo:
            self.set_view(self._first_look(width, height))
        else:
            self.set_view(self._view.for_output(width, height))
        self.update()

    def show_message(self, message: str) -> None:
        """Show a line of text in place of the pictures."""
        self._images, self._shrunk, self._message = None, None, message
        self.update()

    def set_colors(self, *, canvas: QColor, focus: QColor) -> None:
        """Use the colors of the theme."""
        self._background, self._focus_color = canvas, focus
        self.update()

    @override
    def to_device(self, position: QPointF) -> tuple[float, float]:
        # A point of either half means the same pixel.
        ratio = self.devicePixelRatioF()
        right = self._areas()[1]
        left_edge = right.left() if position.x() >= right.left() else 0
        return (position.x() - left_edge) * ratio, position.y() * ratio

    def _areas(self) -> tuple[QRect, QRect]:
        half = (self.width() - _GUTTER_PX) // 2
        height = self.height()
        return QRect(0, 0, half, height), QRect(self.width() - half, 0, half, height)

    def _first_look(self, width: int, height: int) -> ViewTransform:
        view = self._view.on_output(width, height)
        # Pixel for pixel where it does not fit; a small picture is shown whole.
        return view if view.fit_zoom >= 1 else view.at_spot(width / 2, height / 2)

    def _fit_view(self) -> None:
        area, ratio = self._areas()[0], self.devicePixelRatioF()
        self.set_view(self._view.resized(round(area.width() * ratio), round(area.height() * ratio)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._background)
        if self._images is None:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._message)
        else:
            names = (self.tr("Left"), self.tr("Right"))
            pairs = zip(self._drawn(self._images), self._areas(), names, strict=True)
            for image, area, name in pairs:
                self._paint_half(painter, image, area)
                self.overlay.pill(painter, name, QRectF(area), at_right=False)
        if self.hasFocus():
            painter.setPen(QPen(self._focus_color, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_half(self, painter: QPainter, image: QImage, area: QRect) -> None:
        view, ratio = self._view, self.devicePixelRatioF()
        left, top = view.to_view(0, 0)
        width, height = view.output_width_px * view.zoom, view.output_height_px * view.zoom
        if view.zoom <= 1:
            # Whole device pixels, or the picture would be resampled and look soft.
            left, top, width, height = map(round, (left, top, width, height))
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.topLeft())
        painter.scale(1 / ratio, 1 / ratio)
        is_smooth = view.zoom < _NEAREST_FROM_ZOOM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(QRectF(left, top, width, height), image)
        painter.restore()

    def _drawn(self, images: tuple[QImage, QImage]) -> tuple[QImage, QImage]:
        """Return the pictures as they are drawn at this zoom."""
        view = self._view
        if view.zoom >= 1:
            return images
        if self._shrunk is None or self._shrunk[0] != view.zoom:
            # Averaged: the painter's own shrinking leaves out pixels, and would favor the softer
            # of two pictures.
            size = (
                max(round(view.output_width_px * view.zoom), 1),
                max(round(view.output_height_px * view.zoom), 1),
            )
            smooth = Qt.TransformationMode.SmoothTransformation
            whole = Qt.AspectRatioMode.IgnoreAspectRatio
            left, right = (image.scaled(*size, whole, smooth) for image in images)
            self._shrunk = (view.zoom, (left, right))
        return self._shrunk[1]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_view()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.zoom_by_key(event):
            super().keyPressEvent(event)
