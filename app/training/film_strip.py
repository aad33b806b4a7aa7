"""The sample pictures of one crop in a row, one per validation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app.state.theme import CAPTION_PX, SPACE_XS_PX
from app.training.sample_images import SampleImages
from app.widgets.theming import ThemeService
from engine.api import Sample

_FRAME_PX = 64
_PICTURE_ROLE = int(Qt.ItemDataRole.UserRole)

Index = QModelIndex | QPersistentModelIndex


class _Frames(QAbstractListModel):
    """The pictures by rising step."""

    def __init__(self, images: SampleImages, parent: QObject) -> None:
        super().__init__(parent)
        self._images = images
        self.pictures: tuple[Sample, ...] = ()
        images.arrived.connect(self._on_arrived)

    def show(self, pictures: Sequence[Sample]) -> None:
        """Show these pictures; new ones at the end are appended."""
        new, count = tuple(pictures), len(self.pictures)
        if new[:count] == self.pictures:
            if len(new) > count:
                self.beginInsertRows(QModelIndex(), count, len(new) - 1)
                self.pictures = new
                self.endInsertRows()
            return
        self.beginResetModel()
        self.pictures = new
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.pictures)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.pictures):
            return None
        picture = self.pictures[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            loaded = self._images.get(picture.path)
            return None if loaded is None else loaded.thumbnail
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.tr("Step {step}").format(step=picture.step)
        return picture if role == _PICTURE_ROLE else None

    @Slot(object)
    def _on_arrived(self, path: Path) -> None:
        for row, picture in enumerate(self.pictures):
            if picture.path == path:
                self.dataChanged.emit(self.index(row), self.index(row))


class _FrameDelegate(QStyledItemDelegate):
    """A square picture with its step below."""

    def __init__(self, theming: ThemeService, parent: QObject) -> None:
        super().__init__(parent)
        self._theming = theming

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line_px = self._theming.theme.type_px(CAPTION_PX) + 6
        return QSize(_FRAME_PX + 2 * SPACE_XS_PX, _FRAME_PX + 2 * SPACE_XS_PX + line_px)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        picture = index.data(_PICTURE_ROLE)
        if not isinstance(picture, Sample):
            return
        state: QStyle.StateFlag = option.state
        is_current = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = is_current and bool(state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(option.rect)
        frame = QRectF(area.left() + SPACE_XS_PX, area.top() + SPACE_XS_PX, _FRAME_PX, _FRAME_PX)
        path = QPainterPath()
        path.addRoundedRect(frame, 4, 4)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(frame, self._theming.color("field"))
        image = index.data(Qt.ItemDataRole.DecorationRole)
        if image is not None and not image.isNull():
            painter.drawImage(frame, image)
        painter.restore()
        if is_current:
            painter.setPen(QPen(self._theming.color("focus" if has_focus else "accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(-1, -1, 1, 1), 5, 5)
        font = QFont(painter.font())
        font.setPixelSize(self._theming.theme.type_px(CAPTION_PX))
        painter.setFont(font)
        painter.setPen(self._theming.color("text" if is_current else "text_secondary"))
        words = QRectF(area.left(), frame.bottom() + 3, area.width(), QFontMetrics(font).height())
        text = short_number(picture.step)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class FilmStrip(QListView):
    """Frames from left to right in the order of the steps, in every language.

    Signals:
        chosen: The `Sample` that is current now.
    """

    chosen = Signal(object)

    def __init__(
        self, images: SampleImages, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._frames = _Frames(images, self)
        self.setModel(self._frames)
        self.setItemDelegate(_FrameDelegate(theming, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAccessibleName(self.tr("Sample pictures by step"))
        self.selectionModel().currentChanged.connect(self._on_current)
        theming.changed.connect(self._fit_height)
        self._fit_height()

    @property
    def pictures(self) -> tuple[Sample, ...]:
        """The pictures of the strip."""
        return self._frames.pictures

    @property
    def current(self) -> int:
        """Position of the current picture, -1 without one."""
        return self.currentIndex().row()

    def show_pictures(self, pictures: Sequence[Sample]) -> None:
        """Show these pictures; who looked at the newest one sees the new newest one."""
        was_last = self.current in {-1, len(self.pictures) - 1}
        self._frames.show(pictures)
        if pictures and (was_last or self.current < 0):
            self.go_to(len(pictures) - 1)

    def go_to(self, position: int) -> None:
        """Make the picture at ``position`` current."""
        index = self._frames.index(position)
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self.scrollTo(index)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    @Slot()
    def _fit_height(self) -> None:
        hint = self.itemDelegate().sizeHint(QStyleOptionViewItem(), self._frames.index(0))
        self.setFixedHeight(hint.height() + self.horizontalScrollBar().sizeHint().height())

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        picture = current.data(_PICTURE_ROLE)
        if isinstance(picture, Sample):
            self.chosen.emit(picture)


def short_number(count: int) -> str:
    """Return a number of steps in at most five letters: ``12.5k``."""
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return str(count)
