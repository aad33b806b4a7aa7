from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.search.comparison_controller import ComparisonController
from app.services.engine_service import EngineService
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.view_transform import ViewTransform
from engine.api import SearchCandidate, SearchReader
from tests.helpers.small_searches import FRONT, SCALE, write_search

_BEST, _MIDDLE, _FASTEST = FRONT
_SIDE = 40
_VIEW = ViewTransform(
    output_width_px=SCALE * _SIDE,
    output_height_px=SCALE * _SIDE,
    view_width_px=SCALE * _SIDE,
    view_height_px=SCALE * _SIDE,
).fitted()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.linear_gradient("L").resize((_SIDE, _SIDE)).convert("RGB").save(path)
    return path


@pytest.fixture
def candidates(tmp_path: Path) -> dict[str, SearchCandidate]:
    state = SearchReader(write_search(tmp_path / "search")).read()
    return {one.id: one for one in state.candidates}


@pytest.fixture
def controller(
    tiny_service: EngineService, tiles: TileStore, runner: TaskRunner
) -> Iterator[ComparisonController]:
    controller = ComparisonController(tiny_service, tiles, runner)
    controller.look_at(_VIEW)
    yield controller
    controller.shut_down()


def _ids(controller: ComparisonController) -> list[str]:
    return [one.candidate.id for one in controller.compared]


def test_what_is_chosen_before_the_photo_is_there_is_enlarged_with_it(
    controller: ComparisonController,
    candidates: dict[str, SearchCandidate],
    photo: Path,
    qtbot: QtBot,
) -> None:
    controller.show([candidates[_BEST]])
    assert _ids(controller) == []

    controller.open_photo(photo)
    qtbot.waitUntil(lambda: bool(_ids(controller)) and controller.is_idle)

    [one] = controller.compared
    assert one.preview.used_bytes == (SCALE * _SIDE) ** 2 * 3
    assert not controller.is_computing(one)
    original = controller.original()
    assert original is not None
    assert (original.width_px, original.height_px) == (SCALE * _SIDE, SCALE * _SIDE)


def test_what_is_shown_stays_until_its_successor_has_a_cell(
    controller: ComparisonController,
    candidates: dict[str, SearchCandidate],
    photo: Path,
    qtbot: QtBot,
) -> None:
    controller.open_photo(photo)
    controller.show([candidates[_BEST]])
    qtbot.waitUntil(lambda: bool(_ids(controller)) and controller.is_idle)

    controller.show([candidates[_FASTEST], candidates[_BEST]])

    assert _ids(controller) == [_BEST]
    qtbot.waitUntil(lambda: controller.is_idle)
    assert _ids(controller) == [_FASTEST, _BEST]
    # Back to one that is complete: no cell will come, and nothing is waited for.
    controller.show([candidates[_BEST]])
    assert _ids(controller) == [_BEST]


def test_the_networks_differ(
    controller: ComparisonController,
    candidates: dict[str, SearchCandidate],
    photo: Path,
    qtbot: QtBot,
) -> None:
    controller.open_photo(photo)
    controller.show([candidates[_BEST], candidates[_MIDDLE]])
    qtbot.waitUntil(lambda: len(_ids(controller)) == 2 and controller.is_idle)

    first, second = (one.preview for one in controller.compared)
    area = first.cell_region((0, 0))
    assert (first.read(0, area) != second.read(0, area)).any()


def test_a_model_that_is_damaged_is_reported_and_the_others_are_shown(
    controller: ComparisonController,
    candidates: dict[str, SearchCandidate],
    photo: Path,
    qtbot: QtBot,
) -> None:
    failures: list[tuple[Exception, Path]] = []
    controller.failed.connect(lambda error, path: failures.append((error, path)))
    card = candidates[_BEST].card
    assert card is not None
    card.write_text("{")
    controller.open_photo(photo)
    controller.show([candidates[_MIDDLE], candidates[_BEST]])

    qtbot.waitUntil(lambda: bool(_ids(controller)) and controller.is_idle)

    assert _ids(controller) == [_MIDDLE]
    assert failures[0][1] == card


def test_preparing_shows_nothing_and_survives_a_damaged_model(
    controller: ComparisonController,
    runner: TaskRunner,
    tmp_path: Path,
    photo: Path,
    qtbot: QtBot,
) -> None:
    state = SearchReader(write_search(tmp_path / "prepared")).read()
    controller.prepare(state)
    controller.open_photo(photo)
    qtbot.waitUntil(lambda: controller.photo is not None)
    assert runner.wait_for_done()

    for model in (tmp_path / "prepared").glob("candidates/*/model/*.onnx"):
        model.unlink()
    controller.prepare(state)

    assert runner.wait_for_done()
    assert _ids(controller) == []


def test_a_photo_that_cannot_be_opened_leaves_the_one_before(
    controller: ComparisonController, photo: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    controller.open_photo(photo)
    qtbot.waitUntil(lambda: controller.photo is not None)

    with qtbot.waitSignal(controller.failed):
        controller.open_photo(tmp_path / "absent.png")

    assert controller.path == photo
