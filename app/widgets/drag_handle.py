"""A slider that is a small handle on a line: dragged by the pointer, moved by keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QWidget
from typing_extensions import override

STEPS = 1000
"""The value of a handle is a share in thousandths."""
STEP = 10
PAGE_STEP = 100


class DragHandle(QSlider):
    """Reports where the pointer drags it; subclasses draw it and say what keys do.

    As a QSlider it has role and value for screen readers without code of our own. Its parent
    places it: a slider has no place of its own on the line that it moves.

    Signals:
        dragged: Position of the pointer, in the parent's coordinates.
    """

    dragged = Signal(QPointF)

    def __init__(self, parent: QWidget, *, orientation: Qt.Orientation, side_px: int) -> None:
        super().__init__(orientation, parent)
        self._side_px = side_px
        self.setRange(0, STEPS)
        self.setSingleStep(STEP)
        self.setPageStep(PAGE_STEP)
        self.setFixedSize(QSize(side_px, side_px))
        # Photos and charts have no reading direction, so it is never mirrored.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(self.mapToParent(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._side_px, self._side_px)
