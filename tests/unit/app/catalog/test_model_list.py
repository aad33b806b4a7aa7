from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.catalog.model_list import ModelList
from app.catalog.model_rows import ModelRow
from app.widgets.theming import ThemeService
from tests.helpers.tiny_models import tiny_card


def _row(key: str, *, is_broken: bool = False, **changes: object) -> ModelRow:
    card = None if is_broken else tiny_card(model_id=key)
    return ModelRow(key=key, name=key, card=card, folder=Path("/m"), is_own=True, **changes)  # type: ignore[arg-type]


@pytest.fixture
def models(theming: ThemeService, qtbot: QtBot) -> ModelList:
    models = ModelList(theming)
    qtbot.addWidget(models)
    models.resize(400, 700)
    models.show()
    models.show_rows([_row(key) for key in "abcdef"])
    return models


def _space(models: ModelList, key: str) -> None:
    models.select(key)
    QTest.keyClick(models.list, Qt.Key.Key_Space)


def test_the_space_bar_marks_a_model_and_takes_the_mark_away(models: ModelList) -> None:
    _space(models, "b")
    _space(models, "d")
    assert models.marked == ["b", "d"]
    assert models.compare.text() == "Compare 2 models"

    _space(models, "b")

    assert models.marked == ["d"]
    assert not models.compare.isEnabled()


def test_a_click_on_the_box_marks_and_one_beside_it_only_selects(models: ModelList) -> None:
    index = models.list.model().index(1, 0)
    area = models.list.visualRect(index)

    QTest.mouseClick(
        models.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(area.left() + 40, area.center().y()),
    )
    assert (models.current, models.marked) == ("b", [])
    QTest.mouseClick(
        models.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(area.right() - 20, area.center().y()),
    )

    assert models.marked == ["b"]


def test_a_fifth_model_is_not_marked(models: ModelList, qtbot: QtBot) -> None:
    for key in "abcd":
        models.toggle_mark(key)

    with qtbot.waitSignal(models.mark_refused):
        models.toggle_mark("e")

    assert models.marked == list("abcd")


def test_the_marked_models_are_compared_in_the_order_they_were_marked(
    models: ModelList, qtbot: QtBot
) -> None:
    for key in "ca":
        models.toggle_mark(key)

    with qtbot.waitSignal(models.compare_requested) as signal:
        models.compare.click()

    assert signal.args == [["c", "a"]]


def test_a_search_keeps_the_current_model_and_the_marks(models: ModelList) -> None:
    models.select("f")
    models.toggle_mark("a")

    models.search.setText("f")

    assert models.shown_keys() == ["f"]
    assert (models.current, models.marked) == ("f", ["a"])
    models.search.clear()
    assert models.current == "f"


def test_a_search_without_a_match_says_so_and_shows_no_details(models: ModelList) -> None:
    seen: list[str] = []
    models.chosen.connect(seen.append)

    models.search.setText("nothing like that")

    assert models.shown_keys() == []
    assert not models.list.isVisible()
    assert seen[-1] == ""


def test_a_model_that_is_gone_loses_its_mark(models: ModelList) -> None:
    for key in "ab":
        models.toggle_mark(key)
    models.select("a")

    models.show_rows([_row(key) for key in "bcd"])

    assert models.marked == ["b"]
    assert models.current == "b"


def test_a_card_that_cannot_be_used_cannot_be_compared(models: ModelList) -> None:
    models.show_rows([_row("a"), _row("bad", is_broken=True, reason="no card")])

    _space(models, "bad")

    assert models.marked == []


def test_screen_readers_hear_each_model_and_each_control(models: ModelList) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole

    assert models.list.model().index(0, 0).data(role).startswith("a, imported, ")
    names = [models.search, models.filter, models.sort, models.list]
    assert [widget.accessibleName() for widget in names] == [
        "Search models",
        "Which models",
        "Order of the list",
        "Models",
    ]


def test_another_order_is_used_at_once(models: ModelList) -> None:
    models.show_rows([_row("a", size_bytes=9), _row("b", size_bytes=1)])

    models.sort.setCurrentIndex(2)

    assert models.shown_keys() == ["b", "a"]


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_the_box_is_at_the_end_of_the_line_in_both_directions(
    models: ModelList, direction: Qt.LayoutDirection
) -> None:
    models.setLayoutDirection(direction)
    area = models.list.visualRect(models.list.model().index(0, 0))
    x = area.right() - 20 if direction is Qt.LayoutDirection.LeftToRight else area.left() + 20

    QTest.mouseClick(
        models.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, area.center().y())
    )

    assert models.marked == ["a"]
