from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.services.pictures.preview_levels import PreviewLevels
from app.state.processing import ProcessingChoice
from app.state.view_transform import ViewTransform
from app.upscale.grid_previews import GridPreviews
from app.upscale.open_photo import OpenPhoto
from engine.api import Region
from tests.helpers.catalogs import put_model
from tests.unit.app.conftest import WritePhoto
from tests.unit.app.upscale.open_photos import decoded

_SIZE = (600, 560)


@pytest.fixture
def service(own_home: Path) -> Iterator[EngineService]:
    for model_id in ("one", "two"):
        put_model(own_home / "data" / "models", model_id)
    service = EngineService()
    yield service
    service.close()


@pytest.fixture
def photo(service: EngineService, write_photo: WritePhoto) -> Iterator[OpenPhoto]:
    photo = decoded(service, write_photo(width_px=300, height_px=280))
    yield photo
    photo.close()


@pytest.fixture
def previews(service: EngineService, qtbot: QtBot) -> Iterator[GridPreviews]:
    previews = GridPreviews(service)
    yield previews
    previews.shut_down()


@pytest.fixture
def pair(photo: OpenPhoto, tiny_choice: ProcessingChoice) -> list[PreviewLevels]:
    return [
        photo.preview(replace(tiny_choice, model_id=name), width_px=_SIZE[0], height_px=_SIZE[1])[0]
        for name in ("one", "two")
    ]


def _view(width_px: int, height_px: int) -> ViewTransform:
    view = ViewTransform(
        output_width_px=_SIZE[0],
        output_height_px=_SIZE[1],
        view_width_px=width_px,
        view_height_px=height_px,
    )
    return view.at_spot(_SIZE[0] / 2, _SIZE[1] / 2)


def test_all_previews_fill_at_the_same_pace(
    previews: GridPreviews, photo: OpenPhoto, pair: list[PreviewLevels], qtbot: QtBot
) -> None:
    order: list[int] = []
    previews.cell_finished.connect(lambda preview, _area: order.append(pair.index(preview)))
    previews.want(photo.photo, pair)

    previews.look_at(_view(*_SIZE))
    qtbot.waitUntil(lambda: previews.is_idle, timeout=10_000)

    assert len(order) == 2 * len(pair[0].cells_of(Region(left=0, top=0, width=600, height=560)))
    assert order == [0, 1] * (len(order) // 2)


def test_each_preview_that_is_complete_says_so_once(
    previews: GridPreviews, photo: OpenPhoto, pair: list[PreviewLevels], qtbot: QtBot
) -> None:
    finished: list[PreviewLevels] = []
    previews.finished.connect(finished.append)
    previews.want(photo.photo, pair)

    previews.look_at(_view(100, 80))
    qtbot.waitUntil(lambda: previews.is_idle, timeout=10_000)

    assert finished == pair
    assert not pair[0].has((2, 2)), "only what is in view is computed"


def test_a_network_that_cannot_run_does_not_stop_the_others(
    previews: GridPreviews,
    photo: OpenPhoto,
    pair: list[PreviewLevels],
    own_home: Path,
    qtbot: QtBot,
) -> None:
    (own_home / "data" / "models" / "one.onnx").unlink()
    failed: list[PreviewLevels] = []
    finished: list[PreviewLevels] = []
    previews.failed.connect(lambda preview, _error: failed.append(preview))
    previews.finished.connect(finished.append)
    previews.want(photo.photo, pair)

    previews.look_at(_view(100, 80))
    qtbot.waitUntil(lambda: previews.is_idle, timeout=10_000)

    assert failed == [pair[0]]
    assert finished == [pair[1]]


def test_nothing_is_rendered_after_a_stop(
    previews: GridPreviews, photo: OpenPhoto, pair: list[PreviewLevels], qtbot: QtBot
) -> None:
    previews.want(photo.photo, pair)

    previews.stop()
    previews.look_at(_view(100, 80))
    qtbot.wait(80)

    assert previews.is_idle
    assert not pair[1].has((1, 1))
