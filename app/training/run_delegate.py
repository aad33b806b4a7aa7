"""Paints a run as a row of the list."""

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
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from app.services.run_requests import ACTIVE
from app.state.theme import CAPTION_PX, SPACE_M_PX, SPACE_S_PX
from app.training.curves import curve_token
from app.training.run_list_model import COLOR_ROLE, SUMMARY_ROLE
from app.training.run_texts import STATE_ICONS, run_name, state_text, summary_line
from app.widgets.controls import PARTS_MARK, draw_line, longest_parts
from app.widgets.icons import draw_icon
from app.widgets.theming import ThemeService
from engine.api import RunSummary

_ROW_PX = 66
_BOX_PX = 16
_RADIUS_PX = 8

_RIGHT = Qt.TextElideMode.ElideRight

Index = QModelIndex | QPersistentModelIndex


class RunDelegate(QStyledItemDelegate):
    """The name, the state with its icon, the progress or the facts, and a box for the charts.

    | name                      [x] |
    | (icon) Running · 43 %         |
    | ======-------                 |
    """

    def __init__(self, theming: ThemeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theming = theming

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(1, round(_ROW_PX * (1 + (self._theming.theme.text_scale - 1) * 0.8)))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        run = index.data(SUMMARY_ROLE)
        if not isinstance(run, RunSummary):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(rect).adjusted(0, 2, 0, -2)
        self._paint_ground(painter, card, state)
        box = self._box(option)
        self._paint_box(painter, box, index)
        text = card.adjusted(SPACE_M_PX, 0, -SPACE_M_PX, 0)
        self._paint_text(painter, text, box, run)
        painter.restore()

    @override
    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        is_toggled = False
        if isinstance(event, QMouseEvent):
            is_left = event.button() is Qt.MouseButton.LeftButton
            # A little larger than it is drawn: it is small for a hand that trembles.
            area = self._box(option).adjusted(-6, -6, 6, 6)
            is_inside = is_left and area.contains(event.position())
            # A press on it, too, is taken: the list would choose the row.
            if is_inside and event.type() is QEvent.Type.MouseButtonPress:
                return True
            is_toggled = is_inside and event.type() is QEvent.Type.MouseButtonRelease
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            is_toggled = event.key() == Qt.Key.Key_Space
        if not is_toggled:
            return False
        is_on = index.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
        wanted = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
        return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)

    def _box(self, option: QStyleOptionViewItem) -> QRectF:
        rect: QRect = option.rect
        side = round(_BOX_PX * (1 + (self._theming.theme.text_scale - 1) * 0.6))
        left = rect.right() - SPACE_M_PX - side
        if option.direction is Qt.LayoutDirection.RightToLeft:
            left = rect.left() + SPACE_M_PX
        return QRectF(left, rect.top() + SPACE_M_PX, side, side)

    def _paint_ground(self, painter: QPainter, card: QRectF, state: QStyle.StateFlag) -> None:
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if not (is_selected or has_focus or is_hovered):
            return
        painter.setBrush(self._theming.color("accent_soft" if is_selected else "hover"))
        edge = self._theming.color("focus")
        painter.setPen(QPen(edge, 2) if has_focus else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)

    def _paint_box(self, painter: QPainter, box: QRectF, index: Index) -> None:
        is_on = index.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
        number = index.data(COLOR_ROLE)
        theme = self._theming.theme
        color = self._theming.color(curve_token(number)) if isinstance(number, int) else None
        painter.setPen(QPen(color or self._theming.color("field_border"), 1))
        ground = color if is_on and color is not None else None
        painter.setBrush(ground or self._theming.color("field"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if is_on:
            mark = draw_icon("check", theme.color("accent_text" if ground else "text"), density=3.0)
            painter.drawPixmap(box, mark, QRectF(mark.rect()))
        elif color is not None:
            # The current run is drawn as well, without a mark: a dot says in which color.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(box.center(), 4, 4)

    def _paint_text(self, painter: QPainter, area: QRectF, box: QRectF, run: RunSummary) -> None:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        line_px = QFontMetrics(font).height() + 3
        top = area.center().y() - line_px * 1.5
        first = QRectF(area.left(), top, area.width(), line_px)
        if box.center().x() > area.center().x():
            first.setRight(box.left() - SPACE_S_PX)
        else:
            first.setLeft(box.right() + SPACE_S_PX)
        painter.setPen(self._theming.color("text"))
        draw_line(painter, first, run_name(run))
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(self._theming.theme.type_px(CAPTION_PX))
        painter.setFont(font)
        second = QRectF(area.left(), top + line_px, area.width(), line_px)
        self._paint_state(painter, second, run)
        third = QRectF(area.left(), top + 2 * line_px, area.width(), line_px)
        if run.state in ACTIVE:
            self._paint_progress(painter, third, run.step / max(run.steps, 1))
            return
        painter.setPen(self._theming.color("text_secondary"))
        draw_line(painter, third, _fitting(summary_line(run), painter, third), elide=_RIGHT)

    def _paint_state(self, painter: QPainter, area: QRectF, run: RunSummary) -> None:
        icon, token = STATE_ICONS[run.state]
        side = float(painter.fontMetrics().height())
        spot = QRectF(area.left(), area.center().y() - side / 2, side, side)
        words = QRectF(area)
        if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            spot.moveLeft(area.right() - side)
            words.setRight(spot.left() - 5)
        else:
            words.setLeft(spot.right() + 5)
        mark = draw_icon(icon, self._theming.theme.color(token), density=2.0)
        painter.drawPixmap(spot, mark, QRectF(mark.rect()))
        painter.setPen(QColor(self._theming.color(token)))
        text = state_text(run.state)
        if run.state in ACTIVE:
            share = f"{run.step / max(run.steps, 1):.0%}"
            text = PARTS_MARK.join(part for part in (text, share, summary_line(run)) if part)
        draw_line(painter, words, _fitting(text, painter, words), elide=_RIGHT)

    def _paint_progress(self, painter: QPainter, area: QRectF, fraction: float) -> None:
        track = QRectF(area.left(), area.center().y() - 2, area.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theming.color("border"))
        painter.drawRoundedRect(track, 2, 2)
        done = QRectF(track)
        done.setWidth(track.width() * min(fraction, 1.0))
        if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            done.moveRight(track.right())
        painter.setBrush(self._theming.color("accent"))
        painter.drawRoundedRect(done, 2, 2)


def _fitting(text: str, painter: QPainter, area: QRectF) -> str:
    """Return the first parts of a line that fit, the whole line if none does."""
    width = painter.fontMetrics().horizontalAdvance
    return longest_parts(text, fits=lambda part: width(part) <= area.width()) or text
