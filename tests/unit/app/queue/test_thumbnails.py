from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.queue.thumbnails import read_thumbnail
from app.services.engine_service import EngineService
from engine.api import CancelToken

_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
    '<rect width="64" height="64" fill="red"/></svg>'
)


@pytest.fixture
def engine_service(tmp_path: Path) -> EngineService:
    """The engine with a scratch folder of the test."""
    return EngineService(scratch_folder=tmp_path / "scratch")


def test_a_photo_is_shrunk_upright_in_its_colors(
    engine_service: EngineService, tmp_path: Path
) -> None:
    pixels = np.full((600, 900, 3), (40, 90, 200), np.uint8)
    pixels[:, :450] = (200, 90, 40)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right: what was left is on top
    Image.fromarray(pixels).save(tmp_path / "photo.png", exif=exif)

    image = read_thumbnail(engine_service, tmp_path / "photo.png", CancelToken())

    assert max(image.width(), image.height()) <= 256
    assert image.width() * 3 == pytest.approx(image.height() * 2, abs=3)
    top = image.pixelColor(image.width() // 2, image.height() // 4)
    assert (top.red(), top.green(), top.blue()) == (200, 90, 40)


def test_a_drawing_that_calls_itself_a_photo_is_not_drawn(
    engine_service: EngineService, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    path.write_text(_DRAWING)

    assert read_thumbnail(engine_service, path, CancelToken()).isNull()


def test_what_is_gone_or_broken_has_no_thumbnail(
    engine_service: EngineService, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 100)

    for path in (broken, tmp_path / "gone.png", tmp_path):
        assert read_thumbnail(engine_service, path, CancelToken()).isNull()
