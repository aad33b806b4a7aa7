from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.presentation.story import StoryStep, StoryView, step_from_json, step_to_json
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.view_transform import ViewTransform

_FOLDER = Path("/talks")
_STEP = StoryStep(
    photo=_FOLDER / "photos" / "house.jpg",
    choice=ProcessingChoice(
        model_id="mfa-s-x4",
        target=TargetChoice(kind="long-edge", value=3000),
        restoration=0.4,
        fidelity=0.2,
        back_projection=True,
    ),
    divider=0.3,
    view=StoryView(x=0.25, y=0.75, width=0.1),
    note="The roof",
)


def _view(width_px: int = 400, height_px: int = 300) -> ViewTransform:
    return ViewTransform(
        output_width_px=4000,
        output_height_px=3000,
        view_width_px=width_px,
        view_height_px=height_px,
    )


@pytest.mark.parametrize(
    "step",
    [
        _STEP,
        replace(_STEP, view=None, note=""),
        replace(_STEP, photo=Path("/elsewhere/a.png")),
        replace(
            _STEP,
            choice=ProcessingChoice(
                model_id="x", target=TargetChoice(kind="print", value=20, dpi=150)
            ),
        ),
    ],
)
def test_a_step_is_read_as_it_was_written(step: StoryStep) -> None:
    assert step_from_json(step_to_json(step, _FOLDER), _FOLDER) == step


def test_photos_below_the_folder_are_named_relative_to_it() -> None:
    assert step_to_json(_STEP, _FOLDER)["photo"] == "photos/house.jpg"
    assert step_to_json(_STEP, Path("/other"))["photo"] == "/talks/photos/house.jpg"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"photo": 3}, "its photo is not named"),
        ({"photo": ""}, "its photo is not named"),
        ({"model": None}, "its model is not named"),
        ({"divider": 1.5}, "divider 1.5 is not between 0 and 1"),
        ({"divider": True}, "divider True is not a number"),
        ({"divider": float("nan")}, "divider nan is not a number"),
        ({"restoration": 7}, "7 is out of range"),
        ({"size": {"kind": "acres", "value": 3}}, "a size of another version"),
        ({"size": 4}, "its size is not an object"),
        ({"view": {"x": 2}}, "x 2 is not between 0 and 1"),
        ({"view": {"width": 0}}, "width 0 is out of range"),
        ({"note": 5}, "its note is not a text"),
        ({"note": "n" * 301}, "its note is not a text"),
        ({"sound": "a.mp3"}, "'sound' is not a field of this version"),
    ],
)
def test_what_is_wrong_in_a_step_is_said(changes: dict[str, object], said: str) -> None:
    content = step_to_json(_STEP, _FOLDER) | changes

    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        step_from_json(content, _FOLDER)


def test_a_view_shows_the_same_part_on_a_larger_screen() -> None:
    view = _view().at_spot(1000, 2000).zoomed(2.0, x=200, y=150)
    kept = StoryView.of(view)
    assert kept is not None

    shown = kept.on(_view(1600, 1200))

    assert (shown.center_x, shown.center_y) == pytest.approx((1000, 2000), abs=0.5)
    assert shown.view_width_px / shown.zoom == pytest.approx(view.view_width_px / view.zoom)


def test_a_view_shows_the_same_part_of_a_result_of_another_size() -> None:
    kept = StoryView(x=0.5, y=0.5, width=0.1)

    small = replace(_view(), output_width_px=2000, output_height_px=1500)

    assert kept.on(_view()).zoom == pytest.approx(1.0)
    assert kept.on(small).zoom == pytest.approx(2.0)


def test_the_whole_photo_needs_no_view() -> None:
    assert StoryView.of(_view().fitted()) is None
