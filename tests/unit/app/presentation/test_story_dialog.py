from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.presentation.story import StoryStep
from app.presentation.story_dialog import StoryDialog
from app.state.processing import ProcessingChoice
from app.widgets.theming import ThemeService

_MISSING = "c"


def _problem(step: StoryStep) -> str:
    return "The photo is missing" if step.photo.stem == _MISSING else ""


@pytest.fixture
def dialog(theming: ThemeService, qtbot: QtBot) -> StoryDialog:
    dialog = StoryDialog(theming, describe=lambda step: step.choice.model_id, problem=_problem)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_steps(
        [
            StoryStep(photo=Path(f"/p/{name}.jpg"), choice=ProcessingChoice(model_id="fast"))
            for name in "abc"
        ]
    )
    return dialog


def _names(dialog: StoryDialog) -> list[str]:
    return [dialog.list.item(n).text().split("\n")[0] for n in range(dialog.list.count())]


def test_steps_are_numbered_and_say_what_shows_them(dialog: StoryDialog) -> None:
    assert [dialog.list.item(n).text() for n in range(3)] == [
        "1.  a\nfast",
        "2.  b\nfast",
        "3.  c\nThe photo is missing",
    ]
    assert not dialog.list.item(2).icon().isNull()


def test_a_step_is_moved_and_stays_the_current_one(dialog: StoryDialog, qtbot: QtBot) -> None:
    assert not dialog.up.isEnabled()

    with qtbot.waitSignal(dialog.changed) as signal:
        dialog.down.click()

    assert _names(dialog) == ["1.  b", "2.  a", "3.  c"]
    assert [step.photo.stem for step in signal.args[0]] == ["b", "a", "c"]
    assert dialog.list.currentRow() == 1
    dialog.up.click()
    assert _names(dialog) == ["1.  a", "2.  b", "3.  c"]


def test_a_step_is_removed(dialog: StoryDialog) -> None:
    dialog.list.setCurrentRow(1)

    dialog.remove.click()

    assert _names(dialog) == ["1.  a", "2.  c"]


def test_without_steps_it_says_how_to_add_one(dialog: StoryDialog) -> None:
    for _ in range(3):
        dialog.remove.click()

    assert not dialog.list.isVisible()
    assert not any(
        button.isEnabled() for button in (dialog.remove, dialog.save_file, dialog.present)
    )
    assert dialog.open_file.isEnabled()


def test_a_caption_belongs_to_its_step(dialog: StoryDialog) -> None:
    dialog.list.setCurrentRow(1)
    dialog.note.setFocus()

    QTest.keyClicks(dialog.note, "Roof")
    QTest.keyClick(dialog.note, Qt.Key.Key_Return)

    assert _names(dialog)[1] == "2.  Roof"
    assert dialog.isVisible()
    dialog.list.setFocus()
    dialog.list.setCurrentRow(0)
    assert dialog.note.text() == ""


def test_the_presentation_begins_with_the_current_step(dialog: StoryDialog, qtbot: QtBot) -> None:
    dialog.list.setCurrentRow(1)

    with qtbot.waitSignal(dialog.present_requested) as signal:
        dialog.present.click()

    assert signal.args == [1]
    assert not dialog.isVisible()


def test_a_story_that_cannot_be_shown_is_not_presented(dialog: StoryDialog) -> None:
    step = StoryStep(photo=Path("/p/c.jpg"), choice=ProcessingChoice(model_id="fast"))

    dialog.show_steps([step])

    assert not dialog.present.isEnabled()
    assert dialog.save_file.isEnabled()


def test_screen_readers_hear_the_list_and_the_caption(dialog: StoryDialog) -> None:
    assert dialog.list.accessibleName() == "Steps of the story"
    assert dialog.note.accessibleName() == "Caption of this step"
