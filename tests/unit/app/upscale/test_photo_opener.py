from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import SignalInstance
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem
from app.upscale.open_photo import OpenPhoto
from app.upscale.photo_opener import PhotoOpener
from engine.api import UnreadableImageError
from tests.unit.app.conftest import WritePhoto


@pytest.fixture
def opener(
    tiny_service: EngineService, runner: TaskRunner, opened: list[OpenPhoto]
) -> Iterator[PhotoOpener]:
    opener = PhotoOpener(tiny_service, runner)
    opener.opened.connect(opened.append)
    yield opener
    opener.stop()
    for photo in opened:
        photo.close()


@pytest.fixture
def opened() -> list[OpenPhoto]:
    return []


def _done(photo: Path, result: Path) -> QueueItem:
    return QueueItem(
        item_id=1, path=photo, choice=ProcessingChoice(), state=ItemState.DONE, result=result
    )


def _names(signal: SignalInstance) -> list[str]:
    names: list[str] = []
    signal.connect(lambda photo: names.append(photo.path.name))
    return names


def test_only_the_photo_that_was_requested_last_is_opened(
    opener: PhotoOpener, opened: list[OpenPhoto], write_photo: WritePhoto, qtbot: QtBot
) -> None:
    first, second = write_photo("first.png"), write_photo("second.png")

    opener.open(first)
    opener.open(second)
    qtbot.waitUntil(lambda: opener.is_idle, timeout=5000)
    qtbot.waitUntil(lambda: bool(opened), timeout=5000)

    assert [photo.path for photo in opened] == [second]


def test_a_photo_that_was_decoded_ahead_is_handed_over_at_once(
    opener: PhotoOpener, opened: list[OpenPhoto], write_photo: WritePhoto, qtbot: QtBot
) -> None:
    photo = write_photo()
    opener.prepare(photo)
    qtbot.waitUntil(lambda: opener.has_ahead, timeout=5000)
    assert opened == []

    opener.open(photo)

    assert [photo.path for photo in opened] == [photo]
    assert not opener.has_ahead


def test_a_photo_that_was_decoded_ahead_in_vain_is_closed(
    opener: PhotoOpener, opened: list[OpenPhoto], write_photo: WritePhoto, qtbot: QtBot
) -> None:
    ahead, wanted = write_photo("ahead.png"), write_photo("wanted.png")
    dropped = _names(opener.dropped)
    opener.prepare(ahead)
    qtbot.waitUntil(lambda: opener.has_ahead, timeout=5000)

    opener.open(wanted)
    qtbot.waitUntil(lambda: bool(opened), timeout=5000)

    assert dropped == ["ahead.png"]
    assert [photo.path for photo in opened] == [wanted]


def test_decoded_ahead_without_its_result_it_is_decoded_again_with_it(
    opener: PhotoOpener, opened: list[OpenPhoto], write_photo: WritePhoto, qtbot: QtBot
) -> None:
    photo, result = write_photo(), write_photo("result.png", width_px=48, height_px=32)
    opener.prepare(photo)
    qtbot.waitUntil(lambda: opener.has_ahead, timeout=5000)

    opener.open(photo, _done(photo, result))
    qtbot.waitUntil(lambda: bool(opened), timeout=5000)

    assert opened[0].result_path == result
    assert opened[0].result is not None
    assert opened[0].result.width_px == 48


@pytest.mark.parametrize("content", [None, b"not a picture"])
def test_a_result_that_cannot_be_read_leaves_its_photo_alone(
    opener: PhotoOpener,
    opened: list[OpenPhoto],
    write_photo: WritePhoto,
    qtbot: QtBot,
    content: bytes | None,
) -> None:
    photo = write_photo()
    result = photo.with_name("result.png")
    if content is not None:
        result.write_bytes(content)

    opener.open(photo, _done(photo, result))
    qtbot.waitUntil(lambda: bool(opened), timeout=5000)

    assert opened[0].result is None


def test_a_broken_photo_is_reported_with_its_path(
    opener: PhotoOpener, write_photo: WritePhoto, qtbot: QtBot
) -> None:
    photo = write_photo()
    photo.write_bytes(photo.read_bytes()[:60])

    with qtbot.waitSignal(opener.failed, timeout=5000) as signal:
        opener.open(photo)

    assert signal.args is not None
    assert signal.args[0] == photo
    assert isinstance(signal.args[1], UnreadableImageError)
    assert opener.is_idle


def test_a_photo_that_cannot_be_decoded_ahead_fails_when_it_is_requested(
    opener: PhotoOpener, write_photo: WritePhoto, runner: TaskRunner, qtbot: QtBot
) -> None:
    photo = write_photo()
    photo.write_bytes(b"")
    failed: list[Path] = []
    opener.failed.connect(lambda path, _error: failed.append(path))
    opener.prepare(photo)
    assert runner.wait_for_done()
    qtbot.wait(1)
    assert failed == []

    opener.open(photo)
    qtbot.waitUntil(lambda: failed == [photo], timeout=5000)
