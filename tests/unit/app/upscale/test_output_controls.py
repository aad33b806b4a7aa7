from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.state.processing import ProcessingChoice
from app.upscale.output_controls import OutputControls


@pytest.fixture
def controls(qtbot: QtBot) -> OutputControls:
    controls = OutputControls()
    qtbot.addWidget(controls)
    controls.show_choice(ProcessingChoice(folder="/results/of/today"))
    return controls


@pytest.fixture
def requests(controls: OutputControls) -> list[ProcessingChoice]:
    requests: list[ProcessingChoice] = []
    controls.choice_requested.connect(requests.append)
    return requests


def test_what_is_shown_requests_nothing(
    controls: OutputControls, requests: list[ProcessingChoice]
) -> None:
    controls.show_choice(
        ProcessingChoice(format="tiff", quality=70, name_template="{name}", collision="skip")
    )

    assert requests == []
    assert controls.format.currentData() == "tiff"
    assert controls.quality.value() == 70
    assert controls.collision.currentData() == "skip"


@pytest.mark.parametrize(
    ("form", "has_quality"),
    [("same", True), ("jpeg", True), ("webp", True), ("avif", True), ("png", False)],
)
def test_quality_is_only_for_lossy_formats(
    controls: OutputControls, form: str, has_quality: bool
) -> None:
    controls.show_choice(ProcessingChoice(format=form))

    assert controls.quality.isEnabled() is has_quality


def test_a_format_is_requested(controls: OutputControls, requests: list[ProcessingChoice]) -> None:
    controls.format.setCurrentIndex(controls.format.findData("png"))

    assert [request.format for request in requests] == ["png"]


def test_an_empty_name_is_the_usual_one(
    controls: OutputControls, requests: list[ProcessingChoice]
) -> None:
    controls.show_choice(ProcessingChoice(name_template="{name}-big"))

    controls.name.setText("  ")
    controls.name.editingFinished.emit()

    assert [request.name_template for request in requests] == [ProcessingChoice().name_template]


def test_a_chosen_folder_is_listed_by_its_name_and_can_be_left(
    controls: OutputControls, requests: list[ProcessingChoice]
) -> None:
    assert controls.folder.currentText() == "today"
    assert "results" in controls.folder.toolTip()

    controls.folder.setCurrentIndex(0)
    controls.folder.activated.emit(0)

    assert [request.folder for request in requests] == [""]


def test_choosing_a_folder_asks_for_a_dialog_and_keeps_the_current_one_until_then(
    controls: OutputControls, requests: list[ProcessingChoice], qtbot: QtBot
) -> None:
    last = controls.folder.count() - 1
    controls.folder.setCurrentIndex(last)

    with qtbot.waitSignal(controls.folder_requested):
        controls.folder.activated.emit(last)

    assert controls.folder.currentText() == "today"
    assert requests == []
    controls.show_choice(replace(ProcessingChoice(), folder=""))
    assert controls.folder.count() == 2
