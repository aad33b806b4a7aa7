"""Paints a model as a card of the list: name, badges, facts, and a box to compare it."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from app.catalog.model_rows import ModelRow
from app.state.theme import CAPTION_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.widgets.controls import draw_line
from app.widgets.icons import draw_icon
from app.widgets.theming import ThemeService

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The role under which an item returns its `ModelRow`."""
_HEIGHT_PX = 62
_BOX_PX = 18

Index = QModelIndex | QPersistentModelIndex


class ModelDelegate(QStyledItemDelegate):
    """Draws rows; a click on the box, or the space bar, asks to compare a model.

    Signals:
        compare_toggled: Key of the model.
    """

    compare_toggled = Signal(str)

    def __init__(self, theming: ThemeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theming = theming

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        scale = self._theming.theme.text_scale
        return QSize(200, round(_HEIGHT_PX * (1 + (scale - 1) * 0.75)))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, ModelRow):
            return
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        is_mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(area).adjusted(0, 2, 0, -2)
        self._paint_ground(painter, card, state)
        text = card.adjusted(SPACE_M_PX, SPACE_S_PX, -SPACE_M_PX, -SPACE_S_PX)
        if row.card is not None:
            box = self._box(area, is_mirrored=is_mirrored)
            check = index.data(Qt.ItemDataRole.CheckStateRole)
            self._paint_box(painter, box, is_on=Qt.CheckState(check) is Qt.CheckState.Checked)
            if is_mirrored:
                text.setLeft(box.right() + SPACE_M_PX)
            else:
                text.setRight(box.left() - SPACE_M_PX)
        self._paint_text(painter, text, row)
        painter.restore()

    @override
    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        row = index.data(ROW_ROLE)
        if not isinstance(row, ModelRow) or row.card is None:
            return False
        if isinstance(event, QKeyEvent):
            is_meant = event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
        elif isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonRelease:
            is_mirrored = option.direction is Qt.LayoutDirection.RightToLeft
            # A little around it, too: a box is a small target.
            box = self._box(option.rect, is_mirrored=is_mirrored).adjusted(-8, -8, 8, 8)
            is_meant = box.contains(event.position())
        else:
            is_meant = False
        if is_meant:
            self.compare_toggled.emit(row.key)
        return is_meant

    def _paint_ground(self, painter: QPainter, card: QRectF, state: QStyle.StateFlag) -> None:
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = "accent_soft" if is_selected else "hover" if is_hovered else "raised"
        edge = "focus" if has_focus else "accent" if is_selected else "border"
        painter.setBrush(self._theming.color(ground))
        painter.setPen(QPen(self._theming.color(edge), 2 if has_focus else 1))
        painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 8, 8)

    def _box(self, area: QRect, *, is_mirrored: bool) -> QRectF:
        side = _BOX_PX * (1 + (self._theming.theme.text_scale - 1) * 0.6)
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(area).center())
        if is_mirrored:
            box.moveLeft(area.left() + SPACE_M_PX)
        else:
            box.moveRight(area.right() - SPACE_M_PX)
        return box

    def _paint_box(self, painter: QPainter, box: QRectF, *, is_on: bool) -> None:
        painter.setBrush(self._theming.color("accent" if is_on else "field"))
        painter.setPen(QPen(self._theming.color("accent" if is_on else "field_border"), 1))
        painter.drawRoundedRect(box, 4, 4)
        if is_on:
            mark = draw_icon("check", self._theming.theme.color("accent_text"), density=3.0)
            painter.drawPixmap(box.adjusted(2, 2, -2, -2), mark, QRectF(mark.rect()))

    def _paint_text(self, painter: QPainter, area: QRectF, row: ModelRow) -> None:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        line_px = metrics.height() + SPACE_XS_PX
        top = area.center().y() - line_px
        first = QRectF(area.left(), top, area.width(), line_px)
        badges = self._badges(row)
        room = self._paint_badges(painter, first, badges)
        first.setWidth(first.width() - room)
        if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            first.translate(room, 0)
        painter.setFont(font)
        painter.setPen(self._theming.color("text"))
        draw_line(painter, first, row.name)
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(self._theming.theme.type_px(CAPTION_PX))
        painter.setFont(font)
        painter.setPen(self._theming.color("text_secondary" if row.card else "danger"))
        second = QRectF(area.left(), top + line_px, area.width(), line_px)
        draw_line(painter, second, row.facts, elide=Qt.TextElideMode.ElideRight)

    def _badges(self, row: ModelRow) -> list[str]:
        badges = [f"\u00d7{row.card.scale}"] if row.card is not None and row.is_own else []
        if row.is_default:
            badges.append(self.tr("Default"))
        if row.is_own and row.card is not None:
            badges.append(self.tr("Imported"))
        if row.card is None:
            badges.append(self.tr("Cannot be used"))
        return badges

    def _paint_badges(self, painter: QPainter, line: QRectF, badges: list[str]) -> float:
        """Paint badges at the end of a line; return the width that they take."""
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(self._theming.theme.type_px(CAPTION_PX))
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        direction = painter.layoutDirection()
        is_mirrored = direction is Qt.LayoutDirection.RightToLeft
        taken = 0.0
        for text in reversed(badges):
            width = metrics.horizontalAdvance(text) + 2 * SPACE_S_PX
            # The name matters more: badges take half of the line at most.
            if taken + width > line.width() / 2:
                break
            box = QRectF(0, 0, width, metrics.height() + 2)
            box.moveCenter(line.center())
            if is_mirrored:
                box.moveLeft(line.left() + taken)
            else:
                box.moveRight(line.right() - taken)
            # An outline: the ground of the card has another color when it is selected.
            painter.setPen(self._theming.color("field_border"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(self._theming.color("text_secondary"))
            # By its own letters: mirrored, a scale would be read as "4 times" the wrong way round.
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            painter.setLayoutDirection(direction)
            taken += width + SPACE_XS_PX
        return taken
