"""The legend of a line chart: a button for each curve, which shows or hides it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from app.charts.chart_colors import ChartColors
from app.state.shown_names import shown
from app.state.theme import RADIUS_SMALL_PX, SPACE_S_PX, SPACE_XS_PX

_SWATCH_PX = 14.0
_MOST_CHARACTERS = 40
_LINE_PX = 2.5


class LegendButton(QAbstractButton):
    """Shows the line and the name of a curve; checked while the curve is shown."""

    def __init__(self, name: str, color: QColor, colors: ChartColors, font: QFont) -> None:
        super().__init__()
        self._color = color
        self._colors = colors
        # Not the widget's own font, which the style sheet decides.
        self._font = font
        self.setText(shown(name))
        self.setToolTip(self.text())
        self.setAccessibleName(self.text())
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font)
        widest_px = _MOST_CHARACTERS * metrics.averageCharWidth()
        text_px = min(metrics.horizontalAdvance(self.text()) + 1, widest_px)
        width = 2 * SPACE_XS_PX + _SWATCH_PX + SPACE_S_PX + text_px
        return QSize(round(width + 1), round(metrics.height() + 2 * SPACE_XS_PX))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, QRectF(self.rect()))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._colors.focus, 2))
            place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(place, RADIUS_SMALL_PX, RADIUS_SMALL_PX)
        painter.end()

    def draw(self, painter: QPainter, place: QRectF) -> None:
        """Draw line and name; also into pictures of the chart."""
        metrics = QFontMetricsF(self._font)
        painter.setFont(self._font)
        left, middle = place.left() + SPACE_XS_PX, place.center().y()
        is_on = self.isChecked()
        pen = QPen(self._color if is_on else self._colors.grid, _LINE_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(left + 1, middle), QPointF(left + _SWATCH_PX - 1, middle))
        text = place.adjusted(SPACE_XS_PX + _SWATCH_PX + SPACE_S_PX, 0, -SPACE_XS_PX, 0)
        # What is hidden is told by the hollow line and the struck name, not by color alone.
        font = QFont(self._font)
        font.setStrikeOut(not is_on)
        painter.setFont(font)
        painter.setPen(self._colors.text if is_on else self._colors.label)
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, text.width() + 1)
        flags = Qt.AlignmentFlag
        painter.drawText(text, flags.AlignLeft | flags.AlignVCenter, name)


class Legend(QWidget):
    """The buttons of all curves, in as many lines as they need.

    Signals:
        toggled: Name of a curve, and whether it is shown now.
    """

    toggled = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons: dict[str, LegendButton] = {}
        self._look: object = None

    @property
    def buttons(self) -> dict[str, LegendButton]:
        """The buttons by the names of their curves."""
        return self._buttons

    def set_entries(
        self, entries: Sequence[tuple[str, QColor]], colors: ChartColors, font: QFont
    ) -> None:
        """Show other curves; those that were hidden stay so."""
        look = (tuple((name, color.rgba()) for name, color in entries), colors, font)
        if look == self._look:
            return
        self._look = look
        hidden = {name for name, button in self._buttons.items() if not button.isChecked()}
        focused = next((n for n, b in self._buttons.items() if b.hasFocus()), None)
        for button in self._buttons.values():
            # Out of the window at once; Qt deletes it when it has returned from its signals.
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for name, color in entries:
            button = LegendButton(name, color, colors, font)
            button.setParent(self)
            button.setChecked(name not in hidden)
            button.toggled.connect(lambda is_on, name=name: self.toggled.emit(name, is_on))
            button.show()
            self._buttons[name] = button
            if name == focused:
                button.setFocus()
        self._arrange()

    def places(self, width_px: float) -> list[QRect]:
        """Return where the buttons go in a legend of this width."""
        places = []
        left = top = 0
        for button in self._buttons.values():
            size = button.sizeHint()
            size.setWidth(min(size.width(), int(width_px)))
            if left and left + size.width() > width_px:
                left, top = 0, top + size.height()
            places.append(QRect(QPoint(left, top), size))
            left += size.width() + SPACE_S_PX
        return places

    @override
    def heightForWidth(self, width_px: int) -> int:
        return max((place.bottom() + 1 for place in self.places(width_px)), default=0)

    def draw(self, painter: QPainter, at: QPointF, width_px: float) -> None:
        """Draw the legend into a picture of the chart."""
        for button, place in zip(self._buttons.values(), self.places(width_px), strict=True):
            button.draw(painter, QRectF(place).translated(at))

    def resize_to(self, place: QRect) -> None:
        """Take a place in the chart."""
        self.setGeometry(place)
        self._arrange()

    def _arrange(self) -> None:
        places = self.places(self.width())
        for button, place in zip(self._buttons.values(), places, strict=True):
            button.setGeometry(place)
