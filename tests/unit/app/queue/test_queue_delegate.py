from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.queue.queue_delegate import CARD_WIDTH_PX, QueueDelegate
from app.queue.queue_model import QueueModel
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem, QueueStore
from app.state.theme import load_theme
from app.widgets.theming import ThemeService

_ITEM = QueueItem(item_id=0, path=Path("/photos/a.png"), choice=ProcessingChoice())


@pytest.fixture
def delegate(theming: ThemeService) -> QueueDelegate:
    return QueueDelegate(theming, theming)


def _paint(
    delegate: QueueDelegate,
    item: QueueItem,
    bot: QtBot,
    *,
    state: QStyle.StateFlag = QStyle.StateFlag.State_Enabled,
    direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight,
) -> QImage:
    store = QueueStore()
    model = QueueModel(store, None)
    store.add_items([item])
    view = QListView()
    bot.addWidget(view)
    image = QImage(CARD_WIDTH_PX, 92, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setLayoutDirection(direction)
    option = QStyleOptionViewItem()
    option.rect = image.rect()
    option.state = state
    option.direction = direction
    delegate.paint(painter, option, model.index(0))
    painter.end()
    return image


def _accent_columns(image: QImage) -> int:
    accent = load_theme("dark").color("accent")
    width = range(image.width())
    rows = range(image.height() // 2, image.height())
    return max(sum(image.pixelColor(x, y).name() == accent for x in width) for y in rows)


@pytest.mark.parametrize("state", list(ItemState))
def test_every_state_looks_different_from_waiting(
    delegate: QueueDelegate, qtbot: QtBot, state: ItemState
) -> None:
    waiting = _paint(delegate, _ITEM, qtbot)

    other = _paint(delegate, replace(_ITEM, state=state), qtbot)

    assert (other == waiting) is (state is ItemState.WAITING)


def test_the_bar_of_a_running_photo_grows(delegate: QueueDelegate, qtbot: QtBot) -> None:
    running = replace(_ITEM, state=ItemState.RUNNING)

    widths = [
        _accent_columns(_paint(delegate, replace(running, fraction=fraction), qtbot))
        for fraction in (0.25, 0.5, 1.0)
    ]

    assert widths[0] < widths[1] < widths[2]
    assert widths[1] == pytest.approx(widths[2] / 2, abs=3)


def test_selection_and_focus_are_seen(delegate: QueueDelegate, qtbot: QtBot) -> None:
    enabled = QStyle.StateFlag.State_Enabled
    pictures = [
        _paint(delegate, _ITEM, qtbot, state=enabled | flag)
        for flag in (
            QStyle.StateFlag.State_None,
            QStyle.StateFlag.State_Selected,
            QStyle.StateFlag.State_HasFocus,
            QStyle.StateFlag.State_MouseOver,
        )
    ]

    assert all(a != b for n, a in enumerate(pictures) for b in pictures[:n])


def test_in_a_mirrored_layout_the_picture_is_on_the_right(
    delegate: QueueDelegate, qtbot: QtBot
) -> None:
    field = load_theme("dark").color("field")

    def columns(direction: Qt.LayoutDirection) -> list[int]:
        image = _paint(delegate, _ITEM, qtbot, direction=direction)
        return [x for x in range(image.width()) if image.pixelColor(x, 30).name() == field]

    left = columns(Qt.LayoutDirection.LeftToRight)
    right = columns(Qt.LayoutDirection.RightToLeft)

    assert max(left) < CARD_WIDTH_PX / 2 < min(right)


def test_cards_grow_with_the_text(delegate: QueueDelegate, theming: ThemeService) -> None:
    option, index = QStyleOptionViewItem(), QueueModel(QueueStore(), None).index(0)
    usual = delegate.sizeHint(option, index)
    theming.apply(load_theme("dark", text_scale=2.0))

    large = delegate.sizeHint(option, index)

    theming.apply(load_theme("dark"))
    assert large.width() == 2 * usual.width()
    assert usual.height() < large.height() < 2 * usual.height()
