from __future__ import annotations

from pathlib import Path

import pytest

from app.search.selection import MOST_PINNED, Selection
from engine.api import SearchReader
from tests.helpers.small_searches import CANDIDATES, FRONT, write_search

_BEST, _MIDDLE, _FASTEST = FRONT
_BEATEN = "dddd000004"


@pytest.fixture
def selection(tmp_path: Path) -> Selection:
    selection = Selection()
    selection.show_search(SearchReader(write_search(tmp_path / "search")).read())
    return selection


def _compared(selection: Selection) -> list[str]:
    return [one.id for one in selection.compared]


def test_the_chosen_one_comes_first_and_then_the_pinned_ones(selection: Selection) -> None:
    selection.toggle_pin(_BEST)
    selection.toggle_pin(_FASTEST)
    selection.choose(_MIDDLE)

    assert _compared(selection) == [_MIDDLE, _BEST, _FASTEST]


def test_a_pinned_candidate_is_shown_when_nothing_else_is(selection: Selection) -> None:
    selection.toggle_pin(_BEST)

    assert _compared(selection) == [_BEST]


def test_what_has_no_model_is_not_compared(selection: Selection) -> None:
    selection.choose(_MIDDLE)
    selection.toggle_pin(_BEATEN)
    assert _compared(selection) == [_MIDDLE]

    selection.choose(_BEATEN)
    assert _compared(selection) == []


def test_of_too_many_pinned_the_first_goes(selection: Selection) -> None:
    names = [row[0] for row in CANDIDATES]
    for name in names:
        selection.toggle_pin(name)

    assert [one.id for one in selection.pinned] == names[-MOST_PINNED:]


def test_pinning_again_lets_go(selection: Selection) -> None:
    selection.choose(_BEST)
    selection.pin_chosen()
    selection.pin_chosen()
    assert [one.id for one in selection.pinned] == [_BEST]

    selection.toggle_pin(_BEST)

    assert selection.pinned == []


def test_another_search_forgets_the_choice(selection: Selection) -> None:
    selection.choose(_BEST)
    selection.toggle_pin(_MIDDLE)
    changes = []
    selection.changed.connect(lambda: changes.append(True))

    selection.clear()

    assert selection.chosen is None
    assert selection.pinned == []
    assert changes == [True]
