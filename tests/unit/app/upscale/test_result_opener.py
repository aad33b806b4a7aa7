from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice
from app.upscale.open_photo import OpenPhoto
from app.upscale.result_opener import ResultOpener
from tests.unit.app.conftest import WritePhoto
from tests.unit.app.upscale.open_photos import decoded


@pytest.fixture
def photo(tiny_service: EngineService, write_photo: WritePhoto) -> Iterator[OpenPhoto]:
    photo = decoded(tiny_service, write_photo())
    yield photo
    photo.close()


@pytest.fixture
def opener(tiny_service: EngineService, runner: TaskRunner) -> ResultOpener:
    return ResultOpener(tiny_service, runner)


def test_a_result_arrives_with_its_photo_and_its_choice(
    opener: ResultOpener, photo: OpenPhoto, write_photo: WritePhoto, qtbot: QtBot
) -> None:
    choice = ProcessingChoice(model_id="tiny")
    result = write_photo("result.png", width_px=48, height_px=32)

    with qtbot.waitSignal(opener.opened, timeout=5000) as signal:
        opener.open(photo, result, choice)

    assert signal.args is not None
    assert signal.args[0] is photo
    assert signal.args[1].info.path == result
    assert signal.args[2] == choice
    signal.args[1].close()


def test_a_result_that_is_gone_is_an_error(
    opener: ResultOpener, photo: OpenPhoto, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(opener.failed, timeout=5000) as signal:
        opener.open(photo, photo.path.with_name("gone.png"), ProcessingChoice())

    assert signal.args is not None
    assert "gone.png" in str(signal.args[0])


def test_an_overview_becomes_exact_and_a_closed_picture_is_left_alone(
    opener: ResultOpener, photo: OpenPhoto, runner: TaskRunner, qtbot: QtBot
) -> None:
    refined: list[object] = []
    opener.refined.connect(refined.append)

    opener.refine(photo.original)
    qtbot.waitUntil(lambda: refined == [photo.original], timeout=5000)
    photo.close()
    opener.refine(photo.original)
    assert runner.wait_for_done()
    qtbot.wait(1)

    assert refined == [photo.original]
