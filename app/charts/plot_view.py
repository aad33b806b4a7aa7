"""A plot that is panned and zoomed by pointer, wheel and keys; charts inherit it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget
from typing_extensions import override

from app.charts.axis import Axis, Span
from app.charts.chart_colors import ChartColors
from app.charts.plot_frame import PlotFrame, lay_out
from app.charts.svg_file import svg_file
from app.state.theme import CAPTION_PX, RADIUS_PX
from app.widgets.own_keys import OwnKeys
from app.widgets.theming import ThemeService

WHEEL_STEP = 1.25
_FOCUS_PX = 2.0
_PAN_SHARE = 0.125
_ZOOM_KEYS = frozenset({Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0})
_LEAST_SIZE = QSize(220, 150)
_USUAL_SIZE = QSize(480, 280)


class PlotView(QWidget):
    """Owns axes and view; subclasses say what the data spans and draw it.

    Signals:
        view_changed: Another part of the data is in view.
    """

    view_changed = Signal()

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        OwnKeys(self, _ZOOM_KEYS)
        self._theming = theming
        self._ground = "field"
        self._is_framed = True
        self._colors = ChartColors(theming)
        self._axes = (Axis(), Axis())
        self._spans = (Span(0.0, 1.0), Span(0.0, 1.0))
        self._is_fitted = True
        self._layer = QPixmap()
        self._is_layer_old = True
        self._pressed_at: QPointF | None = None
        self._drag_from: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # Values grow to the right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAccessibleDescription(
            self.tr("Arrow keys go from point to point; plus and minus zoom; 0 shows everything")
        )
        theming.changed.connect(self._on_theme)

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The x axis and the y axis."""
        return self._axes

    @property
    def colors(self) -> ChartColors:
        """The colors in use."""
        return self._colors

    @property
    def view(self) -> tuple[Span, Span]:
        """What is in view of x and y, in plot coordinates."""
        return self._spans

    @property
    def is_fitted(self) -> bool:
        """Whether all data is in view, and stays so when data is added."""
        return self._is_fitted

    def set_axes(
        self,
        x_label: str,
        y_label: str,
        *,
        x_log: bool = False,
        y_log: bool = False,
        x_is_time: bool = False,
    ) -> None:
        """Name both axes and choose their scales.

        A label is a quantity with its unit, such as "Latency (ms)". With ``x_is_time``, x are
        durations in seconds.
        """
        axes = (
            Axis(label=x_label, is_log=x_log, is_time=x_is_time),
            Axis(label=y_label, is_log=y_log),
        )
        if axes == self._axes:
            return
        is_rescaled = [a.is_log for a in axes] != [a.is_log for a in self._axes]
        self._axes = axes
        if is_rescaled:
            self._rescale()
        self._fit() if is_rescaled else self._redraw()

    def set_ground(self, token: str, *, is_framed: bool) -> None:
        """Draw on a ground, given as a design token, with a frame or as part of a card."""
        self._ground, self._is_framed = token, is_framed
        self._on_theme()

    def set_view(self, x_span: Span, y_span: Span) -> None:
        """Look at a part of the data, in plot coordinates."""
        if (x_span, y_span) == self._spans:
            return
        self._is_fitted = False
        self._show(x_span, y_span)

    @Slot()
    def reset_view(self) -> None:
        """Show all data, also what is added later."""
        self._fit()

    def zoom(
        self, factor: float, *, at: QPointF | None = None, is_x: bool = True, is_y: bool = True
    ) -> None:
        """Make the view ``factor`` times as wide; what is ``at`` a place stays there."""
        frame = self.frame
        at = frame.plot.center() if at is None else at
        x_span, y_span = self._spans
        self.set_view(
            x_span.zoomed(factor, at=frame.x_at(at.x())) if is_x else x_span,
            y_span.zoomed(factor, at=frame.y_at(at.y())) if is_y else y_span,
        )

    def pan(self, dx: float, dy: float) -> None:
        """Move the data by device-independent pixels."""
        plot = self.frame.plot
        x_span, y_span = self._spans
        self.set_view(
            x_span.moved(-dx / plot.width() * x_span.width),
            y_span.moved(dy / plot.height() * y_span.width),
        )

    @property
    def frame(self) -> PlotFrame:
        """Where everything lies now."""
        return self._lay_out(QSizeF(self.size()))

    def image(self, size: QSize, ratio: float = 1.0) -> QImage:
        """Return a picture of the chart, without pointer and focus.

        Args:
            size: In device-independent pixels.
            ratio: Pixels of the picture on one of them.
        """
        image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        self._draw_picture(painter, QSizeF(size), ratio)
        painter.end()
        return image

    def svg(self) -> bytes:
        """Return the chart as it is seen, without pointer and focus, as an SVG file."""
        size = QSizeF(self.size())
        return svg_file(
            self.size(), self.accessibleName(), lambda p: self._draw_picture(p, size, 0.0)
        )

    def _draw_picture(self, painter: QPainter, size: QSizeF, ratio: float) -> None:
        painter.fillRect(QRectF(QPointF(), size), self._colors.ground)
        self._draw(painter, size, ratio)
        self._draw_head(painter, size)
        self._draw_chosen(painter, self._lay_out(size))

    def _draw(self, painter: QPainter, size: QSizeF, ratio: float) -> None:
        """Draw axes and data, without what depends on pointer and focus.

        ``ratio`` is the number of device pixels on a device-independent one, 0 for shapes alone.
        """
        frame = self._lay_out(size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.caption_font)
        frame.draw_grid(painter, self._colors)
        painter.save()
        painter.setClipRect(frame.plot)
        self._draw_data(painter, frame, ratio)
        painter.restore()
        self._draw_above(painter, frame)
        frame.draw_texts(painter, self._colors)

    @property
    def caption_font(self) -> QFont:
        """The font of everything in the chart."""
        font = QFont(self.font())
        font.setPixelSize(self._theming.theme.type_px(CAPTION_PX))
        return font

    def _data_spans(self) -> tuple[Span, Span]:
        """Return what all data spans, in plot coordinates."""
        raise NotImplementedError

    def _rescale(self) -> None:
        """Bring data to other scales of the axes."""
        raise NotImplementedError

    def _draw_data(self, painter: QPainter, frame: PlotFrame, ratio: float) -> None:
        """Draw the data; the painter is clipped to the plot."""
        raise NotImplementedError

    def _draw_above(self, painter: QPainter, frame: PlotFrame) -> None:
        """Draw what may leave the plot, such as labels of marks."""

    def _draw_chosen(self, painter: QPainter, frame: PlotFrame) -> None:
        """Draw over the data what users chose in it; it changes often, the data does not."""

    def _draw_pointed(self, painter: QPainter, frame: PlotFrame) -> None:
        """Draw what depends on the pointer or the focus."""

    def _draw_head(self, painter: QPainter, size: QSizeF) -> None:
        """Draw into pictures what is a widget of its own in the window, such as a legend."""

    def _head_px(self, width_px: float) -> float:
        """Return the height to leave free at the top."""
        return 0.0

    def _point_at(self, position: QPointF | None) -> None:
        """React to the pointer, None outside."""

    def _click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """React to a click that was not a drag."""

    def _lay_out(self, size: QSizeF) -> PlotFrame:
        metrics = QFontMetricsF(self.caption_font)
        head_px = self._head_px(size.width())
        return lay_out(size, metrics, self._axes, self._spans, head_px=head_px)

    def _fit(self) -> None:
        self._is_fitted = True
        self._show(*self._data_spans())

    def _refit(self) -> None:
        """Show changed data, all of it if all was in view."""
        self._fit() if self._is_fitted else self._redraw()

    def _show(self, x_span: Span, y_span: Span) -> None:
        self._spans = (x_span, y_span)
        self._redraw()
        self.view_changed.emit()

    def _redraw(self) -> None:
        self._is_layer_old = True
        self.update()

    @Slot()
    def _on_theme(self) -> None:
        self._colors = ChartColors(self._theming, self._ground)
        self._redraw()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._is_layer_old or self._layer.devicePixelRatio() != ratio:
            self._draw_layer(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.caption_font)
        frame = self.frame
        self._draw_chosen(painter, frame)
        self._draw_pointed(painter, frame)
        if self.hasFocus():
            inset = _FOCUS_PX / 2
            place = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.setPen(QPen(self._colors.focus, _FOCUS_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place, RADIUS_PX, RADIUS_PX)
        painter.end()

    def _draw_layer(self, ratio: float) -> None:
        """Draw all but what depends on the pointer: moving that must not draw the data again."""
        size = self.size() * ratio
        if self._layer.size() != size:
            self._layer = QPixmap(size)
        self._layer.setDevicePixelRatio(ratio)
        self._layer.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colors.border if self._is_framed else self._colors.ground, 1))
        painter.setBrush(self._colors.ground)
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(card, RADIUS_PX, RADIUS_PX)
        self._draw(painter, QSizeF(self.size()), ratio)
        painter.end()
        self._is_layer_old = False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        # A notch of a usual wheel is 120. Some systems turn it sideways while Alt is held.
        steps = (delta.y() or delta.x()) / 120
        plot, at = self.frame.plot, event.position()
        # On the numbers of an axis, the wheel is about this axis alone.
        self.zoom(
            WHEEL_STEP**-steps,
            at=at,
            is_x=at.x() >= plot.left() and not event.modifiers() & Qt.KeyboardModifier.AltModifier,
            is_y=at.y() <= plot.bottom()
            and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier,
        )
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = event.position()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._pressed_at is not None and self._drag_from is None:
            way = (position - self._pressed_at).manhattanLength()
            if way >= QApplication.startDragDistance():
                self._drag_from = self._pressed_at
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._drag_from is not None:
            moved = position - self._drag_from
            self._drag_from = position
            self.pan(moved.x(), moved.y())
        self._point_at(position)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_click = self._pressed_at is not None and self._drag_from is None
        self._pressed_at = self._drag_from = None
        self.unsetCursor()
        if is_click:
            self._click(event.position(), event.modifiers())

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_view()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plot = self.frame.plot
        across, down = plot.width() * _PAN_SHARE, plot.height() * _PAN_SHARE
        moves = {
            Qt.Key.Key_Left: (across, 0.0),
            Qt.Key.Key_Right: (-across, 0.0),
            Qt.Key.Key_Up: (0.0, down),
            Qt.Key.Key_Down: (0.0, -down),
        }
        if key in moves and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(*moves[key])
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(1 / WHEEL_STEP)
        elif key is Qt.Key.Key_Minus:
            self.zoom(WHEEL_STEP)
        elif key is Qt.Key.Key_0 or (key is Qt.Key.Key_Escape and not self.is_fitted):
            self.reset_view()
        else:
            super().keyPressEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return _USUAL_SIZE

    @override
    def minimumSizeHint(self) -> QSize:
        return _LEAST_SIZE
