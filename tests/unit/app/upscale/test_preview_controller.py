from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.services.pictures.preview_levels import PreviewLevels
from app.state.processing import ProcessingChoice
from app.state.view_transform import ViewTransform
from app.upscale.open_photo import OpenPhoto
from app.upscale.preview_controller import PreviewController
from tests.unit.app.conftest import WritePhoto
from tests.unit.app.upscale.open_photos import decoded

_SIZE = (600, 560)


@pytest.fixture
def photo(tiny_service: EngineService, write_photo: WritePhoto) -> Iterator[OpenPhoto]:
    photo = decoded(tiny_service, write_photo(width_px=300, height_px=280))
    yield photo
    photo.close()


@pytest.fixture
def controller(tiny_service: EngineService, qtbot: QtBot) -> Iterator[PreviewController]:
    controller = PreviewController(tiny_service)
    yield controller
    controller.shut_down()


@pytest.fixture
def preview(photo: OpenPhoto, tiny_choice: ProcessingChoice) -> PreviewLevels:
    return photo.preview(tiny_choice, width_px=_SIZE[0], height_px=_SIZE[1])[0]


def _view(*, x: float, y: float) -> ViewTransform:
    view = ViewTransform(
        output_width_px=_SIZE[0], output_height_px=_SIZE[1], view_width_px=100, view_height_px=80
    )
    return view.at_spot(x, y)


def test_only_the_cells_in_view_are_rendered(
    controller: PreviewController, photo: OpenPhoto, preview: PreviewLevels, qtbot: QtBot
) -> None:
    controller.want(photo.photo, preview)

    with qtbot.waitSignal(controller.finished, timeout=10_000) as signal:
        controller.look_at(_view(x=50, y=40))

    assert signal.args == [preview]
    assert controller.is_in_view(preview)
    assert preview.has((0, 0))
    assert not preview.has((2, 2))


def test_the_view_that_counts_is_the_last_one(
    controller: PreviewController, photo: OpenPhoto, preview: PreviewLevels, qtbot: QtBot
) -> None:
    controller.want(photo.photo, preview)
    controller.look_at(_view(x=50, y=40))

    with qtbot.waitSignal(controller.finished, timeout=10_000):
        controller.look_at(_view(x=550, y=530))

    assert preview.has((2, 2))
    assert not preview.has((0, 0))


def test_each_finished_cell_reports_its_part_of_the_result(
    controller: PreviewController, photo: OpenPhoto, preview: PreviewLevels, qtbot: QtBot
) -> None:
    areas = []
    controller.cell_finished.connect(lambda _preview, area: areas.append(area))
    controller.want(photo.photo, preview)

    with qtbot.waitSignal(controller.finished, timeout=10_000):
        controller.look_at(_view(x=256, y=40))

    assert sorted((area.left, area.top) for area in areas) == [(0, 0), (256, 0)]


def test_without_a_wanted_preview_nothing_happens(
    controller: PreviewController, photo: OpenPhoto
) -> None:
    controller.want(photo.photo, None)

    controller.look_at(_view(x=50, y=40))
    controller.render()

    assert controller.is_idle


def test_an_error_names_the_preview_it_belongs_to(
    controller: PreviewController, photo: OpenPhoto, preview: PreviewLevels, qtbot: QtBot
) -> None:
    controller.want(photo.photo, preview)
    photo.close()

    with qtbot.waitSignal(controller.failed, timeout=10_000) as signal:
        controller.look_at(_view(x=50, y=40))

    assert signal.args is not None
    assert signal.args[0] is preview
    qtbot.waitUntil(lambda: controller.is_idle, timeout=5000)


def test_stopped_it_wants_nothing_and_keeps_the_view(
    controller: PreviewController, photo: OpenPhoto, preview: PreviewLevels
) -> None:
    view = _view(x=50, y=40)
    controller.want(photo.photo, preview)
    controller.look_at(view)

    controller.stop()

    assert controller.wanted is None
    assert controller.view == view
