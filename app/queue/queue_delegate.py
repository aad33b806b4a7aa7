"""Paints an item of the queue as a card of the strip below the viewer."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from app.queue.queue_texts import (
    ITEM_ROLE,
    left_to_right,
    reason_text,
    short_restoration_text,
    state_text,
)
from app.state.number_texts import local_numbers
from app.state.queue_store import ItemState, QueueItem
from app.state.shown_names import shown
from app.state.theme import CAPTION_PX, SPACE_S_PX
from app.widgets.controls import draw_line
from app.widgets.icons import draw_icon
from app.widgets.theming import ThemeService
from engine.api import UnreadableImageError, format_duration

CARD_WIDTH_PX = 236
CARD_HEIGHT_PX = 84
_PICTURE_PX = 60
_ICONS = {
    ItemState.WAITING: ("clock", "text_secondary"),
    ItemState.RUNNING: ("upscale", "accent"),
    ItemState.PAUSED: ("pause", "warning"),
    ItemState.DONE: ("check", "accent"),
    ItemState.SKIPPED: ("flip", "text_secondary"),
    ItemState.FAILED: ("warning", "danger"),
    ItemState.CANCELLED: ("cancel", "text_secondary"),
}

Index = QModelIndex | QPersistentModelIndex


class QueueDelegate(QStyledItemDelegate):
    """A thumbnail, the name, the state with its icon, and the progress."""

    def __init__(self, theming: ThemeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theming = theming

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        scale = self._theming.theme.text_scale
        return QSize(round(CARD_WIDTH_PX * scale), round(CARD_HEIGHT_PX * (1 + (scale - 1) * 0.5)))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM_ROLE)
        if not isinstance(item, QueueItem):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The first card begins where the header above it does, so the gap is on its far side:
        #   |[card] [card] |   left to right      | [card] [card]|   right to left
        card = QRectF(rect).adjusted(0, 4, -8, -4)
        if option.direction is Qt.LayoutDirection.RightToLeft:
            card.translate(8, 0)
        self._paint_card(painter, card, state)
        is_mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        picture = QRectF(card.left() + 8, card.top() + 8, _PICTURE_PX, card.height() - 16)
        if is_mirrored:
            picture.moveLeft(card.right() - 8 - _PICTURE_PX)
        # Qt shows a gray field for a broken file; a mark says more.
        is_broken = item.code == UnreadableImageError.code
        image = None if is_broken else index.data(Qt.ItemDataRole.DecorationRole)
        self._paint_picture(painter, picture, image)
        text = QRectF(card)
        if is_mirrored:
            text.setRight(picture.left() - SPACE_S_PX)
            text.setLeft(card.left() + SPACE_S_PX)
        else:
            text.setLeft(picture.right() + SPACE_S_PX + 2)
            text.setRight(card.right() - SPACE_S_PX)
        self._paint_text(painter, text, item)
        painter.restore()

    def _paint_card(self, painter: QPainter, card: QRectF, state: QStyle.StateFlag) -> None:
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = "accent_soft" if is_selected else "hover" if is_hovered else "raised"
        painter.setBrush(self._theming.color(ground))
        edge = "focus" if has_focus else "accent" if is_selected else "border"
        painter.setPen(QPen(self._theming.color(edge), 2 if has_focus else 1))
        painter.drawRoundedRect(card, 8, 8)

    def _paint_picture(self, painter: QPainter, area: QRectF, image: object) -> None:
        path = QPainterPath()
        path.addRoundedRect(area, 4, 4)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(area, self._theming.color("field"))
        if isinstance(image, QImage):
            # Fills the square and crops what is over, from the middle.
            scale = max(area.width() / image.width(), area.height() / image.height())
            source = QRectF(0, 0, area.width() / scale, area.height() / scale)
            source.moveCenter(QRectF(image.rect()).center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, image, source)
        else:
            mark = draw_icon("image", self._theming.theme.color("text_disabled"), density=2.0)
            spot = QRectF(0, 0, 18, 18)
            spot.moveCenter(area.center())
            painter.drawPixmap(spot, mark, QRectF(mark.rect()))
        painter.restore()

    def _paint_text(self, painter: QPainter, area: QRectF, item: QueueItem) -> None:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        line_px = metrics.height() + 3
        # Three lines, a little above the middle: capitals weigh more than descenders.
        top = area.center().y() - line_px * 1.55
        painter.setPen(self._theming.color("text"))
        first = QRectF(area.left(), top, area.width(), line_px)
        draw_line(painter, first, shown(item.path.name))
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(self._theming.theme.type_px(CAPTION_PX))
        painter.setFont(font)
        small = QFontMetrics(font)
        icon_name, token = _ICONS[item.state]
        second = QRectF(area.left(), top + line_px, area.width(), line_px)
        self._paint_state(painter, small, second, item, (icon_name, token))
        third = QRectF(area.left(), top + 2 * line_px, area.width(), line_px)
        if item.state.is_active:
            self._paint_progress(painter, third, item)
        else:
            painter.setPen(self._theming.color("text_secondary"))
            # A reason begins with what matters, so its end is cut; a name is cut in the middle.
            draw_line(painter, third, _details(item), elide=Qt.TextElideMode.ElideRight)

    def _paint_state(
        self,
        painter: QPainter,
        metrics: QFontMetrics,
        area: QRectF,
        item: QueueItem,
        icon: tuple[str, str],
    ) -> None:
        side = float(metrics.height())
        spot = QRectF(area.left(), area.center().y() - side / 2, side, side)
        words = QRectF(area)
        # Mirrored, the icon is on the right of its words.
        if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            spot.moveLeft(area.right() - side)
            words.setRight(spot.left() - 5)
        else:
            words.setLeft(spot.right() + 5)
        mark = draw_icon(icon[0], self._theming.theme.color(icon[1]), density=2.0)
        painter.drawPixmap(spot, mark, QRectF(mark.rect()))
        painter.setPen(QColor(self._theming.color(icon[1])))
        text = state_text(item)
        if item.state.is_active:
            text = f"{text} {left_to_right(f'{item.fraction:.0%}')}"
            if item.eta_s is not None:
                # The icon says already that it runs; the time has to fit.
                parts = (f"{item.fraction:.0%}", local_numbers(format_duration(item.eta_s)))
                text = left_to_right(" \u00b7 ".join(parts))
        draw_line(painter, words, text, elide=Qt.TextElideMode.ElideRight)

    def _paint_progress(self, painter: QPainter, area: QRectF, item: QueueItem) -> None:
        track = QRectF(area.left(), area.center().y() - 2, area.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theming.color("border"))
        painter.drawRoundedRect(track, 2, 2)
        done = QRectF(track)
        done.setWidth(track.width() * item.fraction)
        if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            done.moveRight(track.right())
        painter.setBrush(self._theming.color("accent"))
        painter.drawRoundedRect(done, 2, 2)


def _details(item: QueueItem) -> str:
    if item.state is ItemState.FAILED or (item.message and item.state is ItemState.WAITING):
        return reason_text(item)
    if item.forecast is not None:
        size = left_to_right(f"{item.forecast.width_px} \u00d7 {item.forecast.height_px}")
        if item.state is ItemState.WAITING:
            time = local_numbers(format_duration(item.forecast.time_s))
            return f"{size} \u00b7 {left_to_right(time)}"
        restored = short_restoration_text(item)
        return f"{size} \u00b7 {restored}" if restored else size
    return shown(item.result.name) if item.result is not None else ""
