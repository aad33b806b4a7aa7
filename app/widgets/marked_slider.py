"""A slider with a mark at a value that is recommended."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from typing_extensions import override

from app.widgets.controls import JumpSlider

_MARK_WIDTH_PX = 2.0
_MARK_HEIGHT_PX = 5.0


class MarkedSlider(JumpSlider):
    """A slider from 0 to 100 with a short line below its groove at the recommended value."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: int | None = None
        self.setRange(0, 100)
        self.setPageStep(10)

    @property
    def mark(self) -> int | None:
        """The recommended value."""
        return self._mark

    def set_mark(self, value: int | None) -> None:
        """Mark a value, or none."""
        if value != self._mark:
            self._mark = value
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._mark is None:
            return
        # Where the style would draw the handle; the ends of the groove are not its ends:
        #   |──o────────────────|   value 0 is half a handle from the edge
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.sliderPosition = self._mark
        part = QStyle.SubControl.SC_SliderHandle
        kind = QStyle.ComplexControl.CC_Slider
        handle = QRectF(self.style().subControlRect(kind, option, part, self))
        line = QRectF(0, self.height() - _MARK_HEIGHT_PX, _MARK_WIDTH_PX, _MARK_HEIGHT_PX)
        line.moveLeft(handle.center().x() - _MARK_WIDTH_PX / 2)
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(group, QPalette.ColorRole.Text))
        painter.drawRect(line)
        painter.end()
