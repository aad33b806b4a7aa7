"""A part of a photo, enlarged by bicubic and by an exported file, beside each other."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from app.state.theme import SPACE_M_PX, SPACE_XS_PX
from app.widgets.controls import text_label

_LEAST_PX = 160


class PicturesView(QWidget):
    """Two pictures with their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.before = _Picture()
        self.after = _Picture()
        self._captions = (text_label(role="caption"), text_label(role="caption"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M_PX)
        for picture, caption in zip((self.before, self.after), self._captions, strict=True):
            column = QVBoxLayout()
            column.setSpacing(SPACE_XS_PX)
            column.addWidget(picture, 1)
            column.addWidget(caption)
            row.addLayout(column, 1)
        self.hide()

    def show_pictures(self, before: bytes | None, after: bytes | None, *, title: str) -> None:
        """Show the PNG ``before`` and ``after``; the view hides if one is missing.

        Args:
            before: Enlarged by bicubic.
            after: Enlarged by the exported file.
            title: What made ``after``.
        """
        self.setVisible(before is not None and after is not None)
        if before is None or after is None:
            return
        names = (self.tr("Bicubic"), title)
        pictures = (self.before, self.after)
        for picture, caption, content, name in zip(
            pictures, self._captions, (before, after), names, strict=True
        ):
            picture.show_png(content)
            caption.setText(name)
            text = self.tr("Part of a sample photo, enlarged by {name}")
            picture.setAccessibleName(text.format(name=name))


class _Picture(QWidget):
    """Draws a picture as large as fits, whole pixels where it is enlarged."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        self.setMinimumSize(_LEAST_PX, _LEAST_PX // 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def has_picture(self) -> bool:
        """Whether there is something to draw."""
        return not self._pixmap.isNull()

    def show_png(self, content: bytes) -> None:
        """Draw another picture."""
        self._pixmap = QPixmap()
        self._pixmap.loadFromData(content, "PNG")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixmap.isNull():
            return
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(_at_begin(self.rect(), size, self.isRightToLeft()), self._pixmap)
        painter.end()


def _at_begin(area: QRect, size: QSize, is_mirrored: bool) -> QRect:  # noqa: FBT001  # as Qt says it
    """Return where a picture of ``size`` is drawn: at the side where lines begin."""
    left = area.right() - size.width() + 1 if is_mirrored else area.left()
    return QRect(left, area.top(), size.width(), size.height())
