from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import RasterLevels
from app.services.pictures.preview_levels import PreviewLevels
from app.services.pictures.running_levels import RunningLevels
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import ItemState, QueueItem
from app.state.view_transform import ViewTransform
from app.upscale.photo_controller import PhotoController
from engine.api import Raster
from tests.unit.app.conftest import WritePhoto


class Watcher:
    """What the controller told, and how to wait for it."""

    def __init__(self, controller: PhotoController, bot: QtBot) -> None:
        self.controller = controller
        self.pictures: list[ComparedPictures] = []
        self.sizes: list[tuple[int, int]] = []
        self.swapped: list[object] = []
        self._bot = bot
        controller.pictures_changed.connect(self._on_pictures)
        controller.after_swapped.connect(self.swapped.append)

    def _on_pictures(self, pictures: ComparedPictures, width_px: int, height_px: int) -> None:
        self.pictures.append(pictures)
        self.sizes.append((width_px, height_px))

    @property
    def after(self) -> object:
        """The picture on the "after" side."""
        return self.swapped[-1] if self.swapped else self.pictures[-1].after

    def open(self, path: Path, done: QueueItem | None = None) -> None:
        """Open a photo and look at all of it."""
        self.controller.open(path, done=done)
        self._bot.waitUntil(lambda: bool(self.pictures), timeout=10_000)
        width, height = self.sizes[-1]
        view = ViewTransform(
            output_width_px=width, output_height_px=height, view_width_px=64, view_height_px=48
        )
        self.controller.look_at(view.fitted())
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being computed."""
        self._bot.waitUntil(lambda: self.controller.is_idle, timeout=10_000)


@pytest.fixture
def controller(
    tiny_service: EngineService,
    tiles: TileStore,
    runner: TaskRunner,
    tiny_choice: ProcessingChoice,
) -> Iterator[PhotoController]:
    choice = tiny_service.settled(tiny_choice)
    controller = PhotoController(tiny_service, tiles, runner, choice=choice)
    yield controller
    controller.shut_down()
    QCoreApplication.processEvents()


@pytest.fixture
def watcher(controller: PhotoController, qtbot: QtBot) -> Watcher:
    return Watcher(controller, qtbot)


@pytest.fixture
def raster(tmp_path: Path) -> Iterator[Raster]:
    """The result of a run, of twice the size of the photo."""
    with Raster.create(
        height_px=32, width_px=48, channels=3, dtype=np.uint8, scratch_folder=tmp_path
    ) as raster:
        raster.write(raster.whole, np.full((32, 48, 3), 90, np.uint8))
        yield raster


def _item(path: Path, choice: ProcessingChoice, result: Path | None = None) -> QueueItem:
    state = ItemState.RUNNING if result is None else ItemState.DONE
    return QueueItem(item_id=1, path=path, choice=choice, state=state, result=result)


def test_an_opened_photo_is_previewed_at_the_size_of_the_result(
    watcher: Watcher, write_photo: WritePhoto
) -> None:
    watcher.open(write_photo())

    assert watcher.sizes[-1] == (48, 32)
    assert isinstance(watcher.after, PreviewLevels)
    assert watcher.after.has((0, 0))
    assert watcher.controller.after_state.kind == "preview"
    assert not watcher.controller.after_state.is_computing


def test_another_choice_keeps_the_photo_and_the_old_preview_until_the_new_one_is_complete(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice
) -> None:
    watcher.open(write_photo())
    photo, first = watcher.controller.photo, watcher.after

    watcher.controller.set_choice(replace(tiny_choice, back_projection=True))

    assert watcher.pictures[-1].after is first
    watcher.settle()
    assert watcher.controller.photo is photo
    assert isinstance(watcher.after, PreviewLevels)
    assert watcher.after is not first
    assert watcher.after.choice.back_projection


def test_a_choice_that_changes_no_pixel_computes_nothing(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice
) -> None:
    watcher.open(write_photo())
    count = len(watcher.pictures)

    watcher.controller.set_choice(replace(tiny_choice, quality=50, name_template="{name}-2"))

    assert len(watcher.pictures) == count


def test_a_size_that_cannot_be_reached_is_reported(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice
) -> None:
    errors: list[object] = []
    watcher.controller.target_failed.connect(errors.append)
    watcher.open(write_photo())

    target = TargetChoice(kind="long-edge", value=200_000)
    watcher.controller.set_choice(replace(tiny_choice, target=target))

    assert len(errors) == 1


def test_without_preview_there_is_nothing_after(watcher: Watcher, write_photo: WritePhoto) -> None:
    watcher.controller.set_has_preview(has_preview=False)

    watcher.open(write_photo())

    assert watcher.after is None
    assert watcher.controller.after_state.kind == "none"


def test_before_is_bicubic_or_the_pixels_of_the_photo(
    watcher: Watcher, write_photo: WritePhoto
) -> None:
    watcher.open(write_photo())
    bicubic = watcher.pictures[-1]

    watcher.controller.set_before_kind("nearest")

    nearest = watcher.pictures[-1]
    assert (bicubic.before.width_px, nearest.before.width_px) == (48, 24)
    assert (bicubic.keeps_before_pixels, nearest.keeps_before_pixels) == (False, True)


def test_a_result_replaces_the_preview_until_it_is_left_or_the_choice_changes(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice, qtbot: QtBot
) -> None:
    photo, result = write_photo(), write_photo("result.png", width_px=48, height_px=32)
    done = _item(photo, tiny_choice, result)
    watcher.open(photo)
    controller = watcher.controller

    for leave in (
        controller.leave_result,
        lambda: controller.set_choice(replace(tiny_choice, back_projection=True)),
    ):
        controller.show_result(done)
        qtbot.waitUntil(lambda: controller.after_state.kind == "result", timeout=10_000)
        assert isinstance(watcher.pictures[-1].after, RasterLevels)
        assert controller.photo is not None
        assert controller.photo.result_path == result
        leave()
        assert controller.after_state.kind == "preview"
        assert controller.photo.result is None
        watcher.settle()


def test_a_result_of_another_choice_is_not_shown(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice, runner: TaskRunner
) -> None:
    photo, result = write_photo(), write_photo("result.png", width_px=48, height_px=32)
    watcher.open(photo)

    watcher.controller.show_result(_item(photo, replace(tiny_choice, back_projection=True), result))
    assert runner.wait_for_done()
    QCoreApplication.processEvents()

    assert watcher.controller.after_state.kind == "preview"


def test_a_photo_opens_with_its_result(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice
) -> None:
    photo, result = write_photo(), write_photo("result.png", width_px=96, height_px=64)

    watcher.open(photo, _item(photo, tiny_choice, result))

    assert watcher.sizes[-1] == (96, 64)
    assert watcher.controller.after_state.kind == "result"
    assert watcher.controller.after_state.choice == tiny_choice


def test_a_run_is_seen_over_the_preview_and_leaves_it_behind(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice, raster: Raster
) -> None:
    photo = write_photo()
    watcher.open(photo)
    preview, item = watcher.after, _item(photo, tiny_choice)
    picture = RunningLevels(raster)
    picture.add(raster.whole)

    watcher.controller.show_running(item, picture, raster.whole)

    assert watcher.after is picture
    assert picture.under is preview
    watcher.controller.leave_running(item)
    assert watcher.pictures[-1].after is preview


def test_a_run_of_another_photo_or_choice_is_not_seen(
    watcher: Watcher, write_photo: WritePhoto, tiny_choice: ProcessingChoice, raster: Raster
) -> None:
    photo = write_photo()
    watcher.open(photo)
    preview = watcher.after

    others = (
        _item(photo.with_name("other.png"), tiny_choice),
        _item(photo, replace(tiny_choice, back_projection=True)),
    )
    for item in others:
        watcher.controller.show_running(item, RunningLevels(raster), raster.whole)

    assert watcher.after is preview


def test_closing_leaves_nothing_and_no_tile(
    watcher: Watcher, write_photo: WritePhoto, tiles: TileStore
) -> None:
    closed: list[bool] = []
    watcher.controller.closed.connect(lambda: closed.append(True))
    watcher.open(write_photo())

    watcher.controller.close_photo()
    watcher.controller.close_photo()

    assert closed == [True]
    assert watcher.controller.photo is None
    assert watcher.controller.after_state.kind == "none"
    assert tiles.used_bytes == 0
