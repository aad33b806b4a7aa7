from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.services.pictures.preview_levels import PreviewLevels
from app.state.processing import ProcessingChoice
from app.upscale.open_photo import OpenPhoto
from app.upscale.preview_renderer import PreviewJob, PreviewRenderer
from engine.api import Region
from tests.unit.app.conftest import WritePhoto
from tests.unit.app.upscale.open_photos import decoded


@pytest.fixture
def photo(tiny_service: EngineService, write_photo: WritePhoto) -> Iterator[OpenPhoto]:
    photo = decoded(tiny_service, write_photo(width_px=300, height_px=280))
    yield photo
    photo.close()


@pytest.fixture
def renderer(tiny_service: EngineService, qtbot: QtBot) -> Iterator[PreviewRenderer]:
    renderer = PreviewRenderer(tiny_service)
    yield renderer
    assert renderer.wait_for_done()


def _preview(photo: OpenPhoto, choice: ProcessingChoice) -> PreviewLevels:
    return photo.preview(choice, width_px=600, height_px=560)[0]


def test_cells_come_in_the_order_of_the_job(
    renderer: PreviewRenderer, photo: OpenPhoto, tiny_choice: ProcessingChoice, qtbot: QtBot
) -> None:
    preview = _preview(photo, tiny_choice)
    cells = ((1, 1), (0, 0), (2, 0))
    finished = []
    renderer.cell_finished.connect(lambda _preview, cell: finished.append(cell))

    with qtbot.waitSignal(renderer.job_finished, timeout=10_000):
        renderer.render(PreviewJob(preview=preview, photo=photo.photo, cells=cells))

    assert tuple(finished) == cells
    assert renderer.is_idle


def test_a_cell_that_exists_is_not_rendered_again(
    renderer: PreviewRenderer, photo: OpenPhoto, tiny_choice: ProcessingChoice, qtbot: QtBot
) -> None:
    preview = _preview(photo, tiny_choice)
    known = np.full((256, 256, 3), 7, np.uint8)
    preview.put((0, 0), known)

    with qtbot.waitSignal(renderer.job_finished, timeout=10_000):
        renderer.render(PreviewJob(preview=preview, photo=photo.photo, cells=((0, 0), (1, 0))))

    corner = preview.read(0, Region(left=0, top=0, width=4, height=4))
    assert np.all(corner[..., :3] == 7)
    assert preview.has((1, 0))


def test_a_new_job_replaces_the_old_one(
    renderer: PreviewRenderer, photo: OpenPhoto, tiny_choice: ProcessingChoice, qtbot: QtBot
) -> None:
    old = _preview(photo, tiny_choice)
    new = PreviewLevels(tiny_choice, factor=2, width_px=600, height_px=560, icc=None)
    every = tuple((column, row) for row in range(3) for column in range(3))
    finished: list[PreviewLevels] = []
    renderer.job_finished.connect(finished.append)

    renderer.render(PreviewJob(preview=old, photo=photo.photo, cells=every))
    renderer.render(PreviewJob(preview=new, photo=photo.photo, cells=((0, 0),)))
    qtbot.waitUntil(lambda: renderer.is_idle, timeout=10_000)
    qtbot.waitUntil(lambda: bool(finished), timeout=5000)

    assert finished == [new]
    assert not old.has((2, 2))


def test_after_an_error_it_renders_again(
    renderer: PreviewRenderer,
    photo: OpenPhoto,
    tiny_service: EngineService,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    preview = _preview(photo, tiny_choice)
    closed = decoded(tiny_service, photo.path)
    closed.close()

    with qtbot.waitSignal(renderer.failed, timeout=10_000) as failure:
        renderer.render(PreviewJob(preview=preview, photo=closed.photo, cells=((0, 0),)))
    with qtbot.waitSignal(renderer.job_finished, timeout=10_000):
        renderer.render(PreviewJob(preview=preview, photo=photo.photo, cells=((0, 0),)))

    assert failure.args is not None
    assert failure.args[0] is preview
    assert preview.has((0, 0))
