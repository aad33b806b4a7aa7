"""The columns of a page, which tell when the page is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter
from typing_extensions import override


class PageColumns(QSplitter):
    """Columns with a thin line between them, none of which can be dragged away.

    Signals:
        shown: The page comes to the front.
        hidden: It is behind another page, or the window closes.
    """

    shown = Signal()
    hidden = Signal()

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__(orientation)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hidden.emit()
