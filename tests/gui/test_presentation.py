"""The presentation: which photos it shows, how they change, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from app.presentation.presentation_view import PresentationView
from app.services.model_names import model_name
from app.state.viewer_state import Side, ViewerMode
from tests.gui.conftest import App, DrawPhoto

_SELECT = QItemSelectionModel.SelectionFlag.Select
_COUNT = 4


@pytest.fixture
def finished(app: App, draw_photo: DrawPhoto, tmp_path: Path) -> App:
    """The app with four finished photos, and one that failed, in the queue."""
    for number in range(_COUNT):
        draw_photo(tmp_path / "in" / f"{number}.png", hue=80 * number)
    (tmp_path / "in" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    page = app.page
    app.shell.settings.set_value("presentation.sweep_s", 30)
    page.open_paths([tmp_path / "in"])
    app.wait(lambda: len(page.queue_store.items) == _COUNT + 1)
    page.queue.start()
    app.wait(lambda: not page.queue.is_running)
    app.settle()
    return app


def _present(app: App) -> PresentationView:
    app.shell.window.actions_by_name["present"].trigger()
    view = app.page.presentation.view
    assert view is not None
    _settle(app, view)
    return view


def _settle(app: App, view: PresentationView) -> None:
    app.wait(lambda: app.page.photos.is_idle and view.viewer.is_sharp)


def _press(view: PresentationView, key: Qt.Key) -> None:
    QTest.keyClick(view, key)


def _select(app: App, rows: list[int]) -> None:
    strip = app.page.panel.list
    strip.clearSelection()
    for row in rows:
        strip.selectionModel().select(strip.model().index(row, 0), _SELECT)


def test_all_finished_results_are_shown_and_nothing_else(finished: App) -> None:
    view = _present(finished)
    seen = []
    for _ in range(_COUNT + 1):
        name, _, place = view.caption_texts
        seen.append((name, place))
        assert "finished result" in view.viewer.label_texts[1]
        _press(view, Qt.Key.Key_Right)
        _settle(finished, view)

    # The photo in the viewer comes first.
    names = [str(n) for n in range(_COUNT)]
    assert sorted(name for name, _ in seen[:_COUNT]) == names
    assert {place.split(" / ")[1] for _, place in seen} == {str(_COUNT)}
    assert seen[0] == seen[_COUNT], "after the last photo comes the first one"


@pytest.mark.parametrize(("rows", "place"), [([1], f"/ {_COUNT}"), ([2, 3], "/ 2 selected")])
def test_several_selected_cards_are_shown_alone_and_it_says_so(
    finished: App, rows: list[int], place: str
) -> None:
    _select(finished, rows)

    view = _present(finished)

    assert view.caption_texts[2].endswith(place)


def test_the_next_slide_is_ready_and_the_screen_is_never_black(finished: App) -> None:
    view = _present(finished)
    page = finished.page
    finished.wait(lambda: page.photos.has_ahead)
    shown = page.photos.photo
    before = view.viewer.grab().toImage()

    _press(view, Qt.Key.Key_Right)

    # No event was handled since the key: nothing had to be read.
    assert page.photos.photo is not shown
    assert view.viewer.grab().toImage() == before
    _settle(finished, view)
    finished.wait(lambda: view.viewer.grab().toImage() != before)


def test_keys_of_the_window_work(finished: App) -> None:
    view = _present(finished)
    page, viewer = finished.page, view.viewer
    model = page.choices.card

    _press(view, Qt.Key.Key_D)
    modes = [viewer.mode]
    _press(view, Qt.Key.Key_B)
    modes.append(viewer.mode)
    _press(view, Qt.Key.Key_S)
    _press(view, Qt.Key.Key_Space)
    modes.append(viewer.mode)
    _press(view, Qt.Key.Key_M)
    _settle(finished, view)

    assert modes == [ViewerMode.DIFFERENCE, ViewerMode.BLINK, ViewerMode.FLIP]
    assert page.choices.card is not model
    assert model_name(page.choices.card) in viewer.label_texts[1]
    _press(view, Qt.Key.Key_1)
    _settle(finished, view)
    assert page.choices.card.id == finished.controller.engine_service.cards()[0].id
    assert page.viewer.mode is ViewerMode.SPLIT_VERTICAL, "the window stays as it was"


def test_a_slide_that_is_gone_is_left_out(finished: App) -> None:
    items = [item for item in finished.page.queue_store.items if item.result is not None]
    items[1].path.unlink()

    view = _present(finished)
    places = set()
    for _ in range(_COUNT):
        _press(view, Qt.Key.Key_Right)
        _settle(finished, view)
        places.add(view.caption_texts[2])

    assert not finished.dialogs.shown
    assert places == {"1 / 3", "2 / 3", "3 / 3"}


@pytest.mark.parametrize("slides_further", [0, 1])
def test_leaving_goes_back_to_the_photo_and_the_spot(
    finished: App, draw_photo: DrawPhoto, tmp_path: Path, slides_further: int
) -> None:
    app, viewer = finished, finished.page.viewer
    large = draw_photo(tmp_path / "large.png", width_px=600, height_px=500)
    app.page.photos.close_photo()
    app.open(large)
    viewer.zoom_to(3.0)
    viewer.pan(-200, 40)
    app.settle()
    there = viewer.view

    view = _present(app)
    for _ in range(slides_further):
        _press(view, Qt.Key.Key_Right)
        _settle(app, view)
    _press(view, Qt.Key.Key_Escape)
    app.settle()

    photo = app.page.photos.photo
    assert app.page.presentation.view is None
    assert photo is not None
    assert photo.path == large
    assert viewer.view == there


def test_a_large_photo_begins_where_the_difference_shows(
    app: App, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    app.open(draw_photo(tmp_path / "large.png", width_px=600, height_px=500))
    view = app.page.presentation.start()
    assert view is not None
    view.showNormal()
    view.resize(800, 700)
    _settle(app, view)

    assert view.viewer.view.zoom == pytest.approx(1.0)
    assert view.viewer.label_texts[0].startswith("Before")
    _press(view, Qt.Key.Key_F)
    assert view.viewer.view.is_fitted
    assert view.viewer.shown_side is Side.AFTER


def test_without_anything_to_show_it_says_so(app: App) -> None:
    app.shell.window.actions_by_name["present"].trigger()

    assert app.page.presentation.view is None
    assert "present" in app.shell.window.status_text
