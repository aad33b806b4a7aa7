"""Sample pictures are decoded when they are wanted, and again when they were written again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.training.sample_images import SampleImages
from tests.helpers.written_runs import write_samples


@pytest.fixture
def images(qtbot: QtBot, tiny_service: EngineService) -> Iterator[SampleImages]:
    images = SampleImages(tiny_service)
    yield images
    images.shut_down()
    # What the task reported last is delivered while its receiver exists, as in the window.
    QCoreApplication.processEvents()


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    for step in (1, 2, 3):
        write_samples(tmp_path, step, count=1)
    return sorted((tmp_path / "samples").glob("step-*/0.png"))


def test_wanted_pictures_arrive(images: SampleImages, paths: list[Path], qtbot: QtBot) -> None:
    images.want(paths)

    qtbot.waitUntil(lambda: images.is_idle)
    loaded = [images.get(path) for path in paths]
    assert all(image is not None and image.levels.width_px == 32 for image in loaded)


def test_what_is_wanted_again_before_it_was_read_arrives_too(
    images: SampleImages, paths: list[Path], qtbot: QtBot
) -> None:
    images.want(paths)
    images.want(paths)

    qtbot.waitUntil(lambda: all(images.get(path) is not None for path in paths))


def test_a_picture_that_was_written_again_is_read_again(
    images: SampleImages, paths: list[Path], qtbot: QtBot
) -> None:
    images.want(paths[:1])
    qtbot.waitUntil(lambda: images.get(paths[0]) is not None)
    first = images.get(paths[0])
    paths[0].write_bytes(paths[1].read_bytes())
    os.utime(paths[0], ns=(1, 1))

    images.want(paths[:1])

    qtbot.waitUntil(lambda: images.get(paths[0]) is not first)


def test_a_damaged_picture_leaves_its_place_empty(
    images: SampleImages, paths: list[Path], qtbot: QtBot
) -> None:
    paths[0].write_bytes(b"\x89PNG")

    images.want(paths)

    qtbot.waitUntil(lambda: images.is_idle)
    assert images.get(paths[0]) is None
    assert images.get(paths[2]) is not None
