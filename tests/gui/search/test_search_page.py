"""The page of searches as users use it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.judging.blind_test_dialog import BlindTestDialog
from app.photos.photos_page import NAME as PHOTOS
from app.search import search_page, search_starter, searches_controller
from app.state.viewer_state import PixelReading, ViewerMode
from engine.api import parse_recipe
from engine.judging.judgments import find_judgment_files, read_judgments
from engine.runs.candidate_files import CandidateFiles
from engine.runs.events import FrontChanged
from engine.runs.run_folder import RunFolder
from tests.gui.conftest import App, StartApp
from tests.gui.search.conftest import Searching, show_page
from tests.helpers.small_searches import FRONT, add_candidate, add_model, write_search

_CTRL = Qt.KeyboardModifier.ControlModifier
_BEST, _MIDDLE, _FASTEST = FRONT
_BEATEN = "dddd000004"


def test_a_search_is_drawn_by_its_own_objectives(searching: Searching) -> None:
    front = searching.page.front

    across, up = front.axes

    assert across is not None
    assert up is not None
    assert (across.name, up.name) == ("latency_ms", "psnr_y_db")
    rows = front.chart.csv().splitlines()
    assert "Phone 1, estimated (ms)" in rows[0]
    assert len(rows) == 1 + 5
    # Front: yes; measured: no, as the latency is an estimate.
    assert any(row.startswith(f"{_BEST},") and row.endswith(",1,0") for row in rows)
    assert any(row.startswith(f"{_BEATEN},") and row.endswith(",0,0") for row in rows)


def test_measured_and_estimated_latency_are_different_axes(searching: Searching) -> None:
    front = searching.page.front

    front.set_axes("measured_latency_ms", "psnr_y_db")

    rows = front.chart.csv().splitlines()[1:]
    assert {row.split(",")[0] for row in rows} == set(FRONT)
    assert all(row.endswith(",1") for row in rows)


def test_a_click_enlarges_the_open_photo_with_that_network(
    searching: Searching, photo: Path
) -> None:
    page = searching.page

    searching.click(_MIDDLE)
    searching.settle()

    assert page.comparison.photo is not None
    assert page.comparison.photo.path == photo
    assert searching.shown() == [_MIDDLE]
    [one] = page.comparison.compared
    assert one.preview.used_bytes > 0
    assert page.view.currentWidget() is page.view.viewer_page
    assert _MIDDLE[:6] in page.view.viewer.label_texts[1]
    assert "bicubic" in page.view.viewer.label_texts[0]


def test_a_pinned_rival_is_compared_under_the_same_divider(searching: Searching) -> None:
    page = searching.page
    searching.click(_MIDDLE)
    searching.settle()
    view = page.view.viewer.view

    searching.click(_BEST, _CTRL)
    searching.settle()

    assert searching.shown() == [_MIDDLE, _BEST]
    before, after = page.view.viewer.label_texts
    assert before.startswith("A ")
    assert _BEST[:6] in before
    assert _MIDDLE[:6] in after
    assert page.view.viewer.view == view
    pictures = page.view.viewer.pictures
    assert pictures is not None
    assert pictures.before is page.comparison.compared[1].picture


def test_a_second_click_on_a_point_pins_it_for_the_next_one(searching: Searching) -> None:
    searching.click(_BEST)
    searching.click(_BEST)

    searching.click(_FASTEST)
    searching.settle()

    assert searching.shown() == [_FASTEST, _BEST]


def test_three_and_four_are_shown_beside_each_other(searching: Searching, tmp_path: Path) -> None:
    page = searching.page
    add_model(searching.folder / "candidates" / _BEATEN, _BEATEN)
    page.search.refresh()
    searching.settle()

    searching.click(_MIDDLE)
    for other in (_BEST, _FASTEST, _BEATEN):
        searching.click(other, _CTRL)
    searching.settle()

    assert page.view.currentWidget() is page.view.grid_page
    assert [pane.key for pane in page.view.grid.panes] == [_MIDDLE, _BEST, _FASTEST, _BEATEN]

    for other in (_FASTEST, _BEATEN):
        page.panel.unpin_requested.emit(other)
    searching.settle()
    assert page.view.currentWidget() is page.view.viewer_page
    assert searching.shown() == [_MIDDLE, _BEST]


def test_a_candidate_without_a_model_says_so(searching: Searching) -> None:
    searching.click(_BEATEN)
    searching.settle()

    page = searching.page
    assert searching.shown() == []
    assert "No model of this candidate" in page.view.hint
    # Its supernet is not on this computer.
    assert page.panel.make.isVisible()
    assert not page.panel.make.isEnabled()


def test_keys_walk_along_the_front_choose_and_pin(searching: Searching) -> None:
    page = searching.page
    chart = page.front.chart
    chart.setFocus()

    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.current == _FASTEST
    assert _FASTEST[:6] in page.front.card.text
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    searching.settle()
    assert searching.shown() == [_MIDDLE]
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Space)
    searching.settle()
    assert searching.shown() == [_MIDDLE, _BEST]


def test_the_viewer_takes_the_same_keys_as_that_of_the_photos(searching: Searching) -> None:
    page, photos = searching.page, searching.app.page
    searching.click(_MIDDLE)
    searching.settle()
    viewer = page.view.viewer
    viewer.setFocus()
    action = searching.app.shell.window.actions_by_name[ViewerMode.SIDE_BY_SIDE.value]

    QTest.keySequence(viewer, action.shortcuts()[0])

    assert viewer.mode is ViewerMode.SIDE_BY_SIDE
    assert action.isChecked()
    assert photos.viewer.mode is ViewerMode.SPLIT_VERTICAL
    searching.app.controller.show_page(PHOTOS)
    assert not action.isChecked()


def test_the_commands_of_the_viewer_are_off_while_no_photo_is_compared(
    searching: Searching,
) -> None:
    actions = searching.app.shell.window.actions_by_name
    assert not actions["flip"].isEnabled()
    assert not actions["zoom-in"].isEnabled()

    searching.click(_MIDDLE)
    searching.settle()
    assert actions["flip"].isEnabled()
    assert actions["zoom-in"].isEnabled()
    for other in (_BEST, _FASTEST):
        searching.click(other, _CTRL)
    searching.settle()

    assert not actions["flip"].isEnabled(), "four pictures have no divider"
    zoom = searching.page.view.grid.view.zoom
    actions["zoom-in"].trigger()
    assert searching.page.view.grid.view.zoom > zoom


def test_zoom_keys_zoom_the_chart_while_it_has_the_focus(searching: Searching) -> None:
    page = searching.page
    searching.click(_MIDDLE)
    searching.settle()
    page.front.chart.setFocus()
    before = page.view.viewer.view

    QTest.keyClick(page.front.chart, Qt.Key.Key_Plus)

    assert not page.front.chart.is_fitted
    assert page.view.viewer.view == before


def test_a_photo_is_opened_by_the_command_of_the_window(searching: Searching, photo: Path) -> None:
    other = photo.with_name("other.png")
    shutil.copy(photo, other)
    searching.app.dialogs.photos = [other]

    searching.app.shell.window.actions_by_name["open"].trigger()

    searching.app.wait(lambda: searching.page.comparison.path == other)
    assert searching.app.shell.window.page is searching.page.widget


def test_the_read_out_names_the_two_candidates(searching: Searching) -> None:
    page = searching.page
    searching.click(_MIDDLE)
    searching.click(_BEST, _CTRL)
    searching.settle()

    page.view.viewer.pointed.emit(PixelReading(x=1, y=2, before=(3, 4, 5), after=(6, 7, 8)))

    labels = page.view.viewer_page.findChildren(QLabel)
    [text] = [label.text() for label in labels if "1, 2" in label.text()]
    assert text.index("A ") < text.index(_BEST[:6]) < text.index(_MIDDLE[:6])
    assert "Before" not in text


def test_limits_leave_only_what_is_within_them_on_the_front(searching: Searching) -> None:
    front = searching.page.front
    front.limits.click()
    assert front.chart.limits != (None, None)

    front.chart.limits_changed.emit(50.0, 28.1)

    on_front = [row.split(",")[0] for row in front.chart.csv().splitlines() if ",1,0" in row]
    assert on_front == [_MIDDLE]
    front.limits.click()
    assert front.chart.limits == (None, None)


def test_a_search_is_followed_while_it_runs(searching: Searching) -> None:
    page = searching.page
    searching.click(_MIDDLE)
    add_candidate(CandidateFiles(searching.folder), "ffff000006", 28.6, 50.0, 4.0)
    event = FrontChanged(ids=("ffff000006",), hypervolume=70.0, evaluations=6)
    RunFolder.open(searching.folder).append(event)

    searching.app.wait(lambda: "ffff000006" in page.front.chart.csv())

    assert "70" in page.front.volume.csv()
    # What was chosen stays chosen.
    assert page.selection.chosen_id == _MIDDLE


def test_a_candidate_is_used_for_photos(searching: Searching) -> None:
    app, page = searching.app, searching.page
    asked: list[str] = []
    app.controller.requests.use_model_requested.connect(asked.append)
    searching.click(_MIDDLE)
    searching.settle()

    page.panel.use.click()
    app.wait(lambda: bool(asked))

    assert asked == [f"small-x2-{_MIDDLE}"]
    assert app.controller.engine_service.catalog.get(asked[0]).scale == 2


def test_a_candidate_fills_the_form_of_a_training(searching: Searching) -> None:
    texts: list[str] = []
    searching.app.controller.requests.training_requested.connect(texts.append)
    searching.click(_MIDDLE)
    searching.settle()

    searching.page.panel.finetune.click()

    [text] = texts
    reading = parse_recipe(text)
    assert reading.faults == ()
    assert reading.values is not None
    assert str(reading.values["init_weights"]).endswith(f"small-x2-{_MIDDLE}.onnx")


def test_without_a_photo_a_sample_is_taken(start_app: StartApp, tmp_path: Path) -> None:
    app = start_app()
    page = show_page(app)
    page.open_search(write_search(tmp_path / "search"))

    app.wait(lambda: page.comparison.photo is not None)

    assert page.comparison.photo is not None
    assert "samples" in page.comparison.photo.path.parts


def test_the_photo_of_the_page_of_photos_is_taken_when_the_page_is_shown_again(
    searching: Searching, photo: Path
) -> None:
    app, page = searching.app, searching.page
    other = photo.with_name("other.png")
    shutil.copy(photo, other)
    searching.click(_MIDDLE)
    app.controller.show_page(PHOTOS)
    app.open(other)

    page_again = show_page(app)
    searching.settle()

    assert page_again is page
    assert page.comparison.photo is not None
    assert page.comparison.photo.path == other
    assert searching.shown() == [_MIDDLE]


def test_without_the_extra_searches_open_and_what_is_missing_is_said(
    start_app: StartApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_page, "missing_packages", lambda: ["torch", "optuna"])
    app = start_app()
    page = show_page(app)
    page.open_search(write_search(tmp_path / "search"))
    app.wait(lambda: page.search.state is not None)

    assert not page.list.new.isEnabled()
    page.selection.choose(_BEATEN)
    assert not page.panel.make.isEnabled()
    page.selection.choose(_MIDDLE)
    app.wait(lambda: page.comparison.photo is not None and bool(page.comparison.compared))


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_starter, "NEEDED", ("json", "no_such_package"))

    assert search_starter.missing_packages() == ["no_such_package"]


def test_a_folder_that_vanishes_leaves_what_was_read(searching: Searching) -> None:
    page = searching.page
    shutil.rmtree(searching.folder)

    searching.app.wait(lambda: "not there any more" in searching.app.shell.window.status_text)

    assert len(page.front.chart.csv().splitlines()) == 6


def test_without_a_search_no_empty_chart_is_shown(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches_controller, "find_searches", lambda _folders: ())
    page = show_page(app)

    app.wait(lambda: page.is_idle)

    assert not page.front.isVisible()
    assert "No search is there yet" in page.view.hint


def test_the_list_opens_no_search_when_it_takes_the_focus(
    searching: Searching, own_home: Path
) -> None:
    page = searching.page
    write_search(own_home / "data" / "runs" / "other")
    page.searches.look()
    searching.app.wait(lambda: page.list.rows.count() >= 2)
    page.list.set_current(None)
    page.list.rows.clearFocus()

    page.list.rows.setFocus()
    searching.settle()

    assert page.search.folder == searching.folder


def test_a_damaged_search_is_listed_as_what_it_is(start_app: StartApp, own_home: Path) -> None:
    runs = own_home / "data" / "runs"
    write_search(runs / "whole")
    torn = write_search(runs / "torn")
    (torn / "recipe.yaml").write_text("type: search\nbudget: many\n")
    app = start_app()
    page = show_page(app)

    app.wait(lambda: page.list.rows.count() >= 2 and page.search.state is not None)
    texts = [page.list.rows.item(row).text() for row in range(page.list.rows.count())]

    assert any(text == "torn\ndamaged" for text in texts)
    # The whole one is opened; the damaged one says why when it is chosen.
    page.list.rows.setCurrentRow(texts.index("torn\ndamaged"))
    app.wait(lambda: "recipe.yaml" in page.view.hint)


def test_files_that_cannot_be_read_are_counted(searching: Searching) -> None:
    (searching.folder / "profile.json").write_text("{")
    page = searching.page

    searching.app.wait(lambda: page.search.state is not None and bool(page.search.state.faults))

    assert "profile.json" in page.list.fault


def test_a_search_starts_from_the_dialog(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes: list[str] = []

    def start(recipe: str) -> Path:
        recipes.append(recipe)
        return write_search(tmp_path / "started")

    monkeypatch.setattr(search_starter, "start_run", start)
    page = show_page(app)
    dialog = page.ask_for_search()
    assert not dialog.start.isEnabled()
    dialog.supernet.setEditText(str(tmp_path / "supernet: a"))
    dialog.photos.setText(str(tmp_path))
    dialog.device.setCurrentIndex(dialog.device.findData("snapdragon-865-cpu-fp32"))
    dialog.budget.setValue(12)

    dialog.start.click()
    app.wait(lambda: page.search.folder == tmp_path / "started")

    reading = parse_recipe(recipes[0])
    assert reading.faults == ()
    values = reading.values
    assert values is not None
    assert values["supernet.run_folder"] == str(tmp_path / "supernet: a")
    assert values["profile"] == "snapdragon-865-cpu-fp32"
    assert list(values["objectives"]) == ["psnr_y_db", "latency_ms"]  # type: ignore[call-overload]
    assert values["budget"] == 12


def test_screen_readers_hear_what_a_point_is(searching: Searching) -> None:
    page = searching.page
    names = [
        page.front.chart.accessibleName(),
        page.front.volume.accessibleName(),
        page.front.across.accessibleName(),
        page.front.up.accessibleName(),
        page.list.rows.accessibleName(),
    ]
    assert all(names)
    labels = [point.label for point in page.front.points if point.is_front]
    assert len(labels) == len(FRONT)
    assert all("estimated" in label and "on the front" in label for label in labels)


def test_candidates_are_judged_blindly(searching: Searching) -> None:
    page = searching.page
    searching.click(_MIDDLE)
    searching.click(_BEST, _CTRL)
    searching.settle()

    page.panel.judge.click()

    dialog = searching.app.dialogs.shown[-1]
    assert isinstance(dialog, BlindTestDialog)
    assert [model.id for model in dialog.setup.chosen_models][:2] == [_MIDDLE, _BEST]
    assert page.comparison.path in dialog.setup.chosen_photos
    for row in range(1, dialog.setup.photos.count()):
        dialog.setup.photos.item(row).setCheckState(Qt.CheckState.Unchecked)
    dialog.setup.start.click()
    session = dialog.session
    assert session is not None
    while session.question is not None:
        searching.app.wait(dialog.questions.left.isEnabled)
        # An eye that always prefers the same candidate, on whichever side it is.
        is_left = session.question.left == _BEST
        (dialog.questions.left if is_left else dialog.questions.right).click()
    dialog.end.result.click()
    searching.app.wait(lambda: dialog.pages.currentWidget() is dialog.ranking)
    assert page.search.folder is not None
    [log] = [read_judgments(path) for path in find_judgment_files(page.search.folder)]
    assert {one.preferred for one in log.judgments} == {_BEST}
    assert "psnr_y_db" in log.test.networks[0].metrics
    dialog.ranking.show_model.click()
    searching.settle()
    assert searching.shown()[0] == _BEST
