"""A row that goes on in the next line where it does not fit, like words of a text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

from app.state.theme import SPACE_S_PX


class FlowLayout(QLayout):
    """Places widgets at their own size, line by line, from the side where lines begin.

    | [Use for photos] [Try on my photo] |
    | [Export…] [Remove…]                |
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(SPACE_S_PX)
        self.setContentsMargins(0, 0, 0, 0)

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), is_applied=False)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, is_applied=True)

    @override
    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._visible()]
        gaps = max(len(sizes) - 1, 0) * self.spacing()
        width = sum(size.width() for size in sizes) + gaps
        return QSize(width, max((size.height() for size in sizes), default=0))

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        return size

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, is_applied: bool) -> int:
        """Return the height that the lines need within ``rect``; move the widgets if asked to."""
        x, y, line_px = rect.left(), rect.top(), 0
        parent = self.parentWidget()
        is_mirrored = parent is not None and parent.isRightToLeft()
        for item in self._visible():
            size = _size(item, rect.width())
            if x > rect.left() and x + size.width() > rect.right() + 1:
                x, y, line_px = rect.left(), y + line_px + self.spacing(), 0
            if is_applied:
                spot = QRect(QPoint(x, y), size)
                if is_mirrored:
                    spot.moveRight(rect.right() - (x - rect.left()))
                item.setGeometry(spot)
            x += size.width() + self.spacing()
            line_px = max(line_px, size.height())
        return y + line_px - rect.top()


def _size(item: QLayoutItem, most_px: int) -> QSize:
    """Return the size of a widget that is no wider than a line."""
    size = item.sizeHint()
    width = max(min(size.width(), most_px), item.minimumSize().width())
    # Wrapped texts know their height only for a width.
    height = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
    return QSize(width, height)
