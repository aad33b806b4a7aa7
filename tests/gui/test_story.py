"""A story: added from the viewer, kept, saved, opened, and presented step by step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.presentation.presentation_view import PresentationView
from app.presentation.story_dialog import StoryDialog
from app.services.pictures.tile_span import picture_rect
from app.widgets.drag_handle import STEPS
from app.widgets.message_dialog import MessageDialog
from tests.gui.conftest import App, DrawPhoto, StartApp


@pytest.fixture
def pair(draw_photo: DrawPhoto, tmp_path: Path) -> tuple[Path, Path]:
    """Two photos in one folder."""
    return (
        draw_photo(tmp_path / "talk" / "one.png", hue=20),
        draw_photo(tmp_path / "talk" / "two.png", hue=200),
    )


def _add(app: App) -> None:
    app.shell.window.actions_by_name["add_to_story"].trigger()


def _dialog(app: App) -> StoryDialog:
    app.shell.window.actions_by_name["story"].trigger()
    dialog = app.dialogs.shown[-1]
    assert isinstance(dialog, StoryDialog)
    return dialog


def _tell(app: App, pair: tuple[Path, Path]) -> None:
    """Add three steps: one photo by two models, and another one."""
    app.open(pair[0])
    app.page.choices.take_named("mfa-xs-x4")
    app.page.viewer.handle.setValue(250)
    app.settle()
    _add(app)
    app.page.choices.take_named("mfa-m-x4")
    app.settle()
    app.page.viewer.zoom_to(6.0)
    app.settle()
    _add(app)
    app.open(pair[1])
    app.page.choices.take_named("mfa-s-x4")
    app.settle()
    _add(app)


def _settle(app: App, view: PresentationView) -> None:
    app.wait(lambda: app.page.photos.is_idle and view.viewer.is_sharp)


def _presented(app: App) -> PresentationView:
    view = app.page.presentation.view
    assert view is not None
    _settle(app, view)
    return view


def test_steps_are_presented_with_their_own_model_and_part(
    app: App, pair: tuple[Path, Path]
) -> None:
    _tell(app, pair)
    steps = app.page.handing_on.story.steps
    dialog = _dialog(app)
    dialog.list.setCurrentRow(0)
    dialog.present.click()
    view = _presented(app)

    seen = []
    for _ in steps:
        seen.append((view.caption_texts[0], view.caption_texts[2], view.viewer.label_texts[1]))
        QTest.keyClick(view, Qt.Key.Key_Right)
        _settle(app, view)

    assert [name for name, _, _ in seen] == ["one", "one", "two"]
    assert [place for _, place, _ in seen] == ["1 / 3", "2 / 3", "3 / 3"]
    for (_, _, label), name in zip(seen, ("Fast", "Best", "Balanced"), strict=True):
        assert name in label
    # No step moves on or sweeps by itself: the speaker decides.
    assert not view.is_sweeping


def test_a_step_shows_its_part_and_its_divider(app: App, pair: tuple[Path, Path]) -> None:
    _tell(app, pair)
    story = app.page.handing_on.story
    story.present(1)
    view = _presented(app)

    step = story.steps[1].view
    assert step is not None
    shown = view.viewer.view
    assert shown.center_x / shown.output_width_px == pytest.approx(step.x, abs=0.001)
    assert shown.view_width_px / shown.zoom / shown.output_width_px == pytest.approx(
        step.width, rel=0.01
    )
    QTest.keyClick(view, Qt.Key.Key_Left)
    _settle(app, view)
    assert view.viewer.view.is_fitted
    photo = picture_rect(view.viewer.view)
    line = view.viewer.view.view_width_px * view.viewer.handle.value() / STEPS
    assert (line - photo.left()) / photo.width() == pytest.approx(0.25, abs=0.01)


def test_after_the_story_the_window_is_as_it_was(app: App, pair: tuple[Path, Path]) -> None:
    _tell(app, pair)
    choice = app.page.choices.choice
    app.page.handing_on.story.present(0)
    view = _presented(app)

    QTest.keyClick(view, Qt.Key.Key_Escape)
    app.wait(lambda: app.page.presentation.view is None)
    app.settle()

    assert app.page.choices.choice == choice
    photo = app.page.photos.photo
    assert photo is not None
    assert photo.path == pair[1]
    assert "Balanced" in app.page.viewer.label_texts[1]


def test_a_story_is_saved_and_opened(app: App, pair: tuple[Path, Path]) -> None:
    _tell(app, pair)
    path = pair[0].parent / "talk.json"
    app.dialogs.new_file = path
    dialog = _dialog(app)
    dialog.save_file.click()
    steps = app.page.handing_on.story.steps
    content = json.loads(path.read_text(encoding="utf-8"))
    assert [step["photo"] for step in content["steps"]] == ["one.png", "one.png", "two.png"]

    for _ in range(3):
        dialog.remove.click()
    assert app.page.handing_on.story.steps == ()
    app.dialogs.file = path
    dialog.open_file.click()

    assert app.page.handing_on.story.steps == steps
    assert dialog.list.count() == 3


def test_a_file_that_is_no_story_changes_nothing(app: App, pair: tuple[Path, Path]) -> None:
    _tell(app, pair)
    bad = pair[0].parent / "bad.json"
    bad.write_text('{"kind": "mfagan-story", "version": 1, "steps": [1]}', encoding="utf-8")
    app.dialogs.file = bad
    dialog = _dialog(app)

    dialog.open_file.click()

    message = app.dialogs.shown[-1]
    assert isinstance(message, MessageDialog)
    assert "bad.json" in message.windowTitle()
    assert len(app.page.handing_on.story.steps) == 3


def test_a_story_never_replaces_a_photo(app: App, pair: tuple[Path, Path]) -> None:
    _tell(app, pair)
    disguised = pair[0].with_name("one.json")
    disguised.hardlink_to(pair[0])
    content = pair[0].read_bytes()
    app.dialogs.new_file = disguised

    _dialog(app).save_file.click()

    assert isinstance(app.dialogs.shown[-1], MessageDialog)
    assert pair[0].read_bytes() == content


def test_what_is_missing_is_named_and_left_out(app: App, pair: tuple[Path, Path]) -> None:
    _tell(app, pair)
    pair[0].unlink()
    dialog = _dialog(app)
    assert "The photo is missing" in dialog.list.item(0).text()

    dialog.present.click()

    view = _presented(app)
    assert view.caption_texts[0] == "two"
    assert view.caption_texts[2] == "1 / 1"


def test_a_story_is_there_after_the_next_start(
    app: App, pair: tuple[Path, Path], start_app: StartApp
) -> None:
    _tell(app, pair)
    steps = app.page.handing_on.story.steps
    app.close()

    assert start_app().page.handing_on.story.steps == steps


def test_a_damaged_draft_is_kept_and_does_not_keep_the_window_from_starting(
    start_app: StartApp, own_home: Path
) -> None:
    (own_home / "story.json").write_text("{", encoding="utf-8")

    app = start_app()

    assert app.page.handing_on.story.steps == ()
    assert (own_home / "story.json.broken-1").read_text(encoding="utf-8") == "{"
    assert "story.json" in app.shell.window.notice_text


def test_without_a_photo_nothing_can_be_added(app: App) -> None:
    action = app.shell.window.actions_by_name["add_to_story"]

    assert not action.isEnabled()
    app.page.handing_on.story.add_current()
    assert app.page.handing_on.story.steps == ()
