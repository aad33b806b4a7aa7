from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.judging.crop_renderer import CROP_PX, CropRenderer, JudgedSource, detailed_part
from app.judging.judged import JudgedModel
from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice
from engine.api import CancelToken, EngineError, Region
from tests.helpers.catalogs import put_model


@pytest.fixture
def renderer(tiny_service: EngineService) -> Iterator[CropRenderer]:
    renderer = CropRenderer(tiny_service.open, tiny_service)
    yield renderer
    renderer.close()


@pytest.fixture
def model(tiny_service: EngineService, tiny_choice: ProcessingChoice) -> JudgedModel:
    choice = tiny_service.settled(tiny_choice)
    return JudgedModel(id="tiny", label="Tiny", source=JudgedSource(choice=choice, scale=2))


def _photo(folder: Path, name: str = "photo.png", *, busy_left: int = 400) -> Path:
    """Write a flat photo with one busy square."""
    pixels = np.full((500, 700, 3), 128, np.uint8)
    random = np.random.default_rng(0)
    pixels[200:424, busy_left : busy_left + 224] = random.integers(0, 255, (224, 224, 3))
    path = folder / name
    Image.fromarray(pixels).save(path)
    return path


def test_the_part_is_where_the_detail_is(tiny_service: EngineService, tmp_path: Path) -> None:
    with tiny_service.open(_photo(tmp_path), CancelToken()) as photo:
        part = detailed_part(photo)

    assert (part.width, part.height) == (CROP_PX, CROP_PX)
    assert part.left == pytest.approx(400, abs=24)
    assert part.top == pytest.approx(200, abs=24)


def test_a_small_photo_is_taken_whole(
    renderer: CropRenderer, model: JudgedModel, tmp_path: Path
) -> None:
    path = tmp_path / "small.png"
    Image.new("RGB", (60, 40), "teal").save(path)

    crop = renderer(model, path, CancelToken())

    assert crop.pixels.shape == (80, 120, 3)


def test_every_model_enlarges_the_same_part_as_the_viewer_would(
    renderer: CropRenderer,
    model: JudgedModel,
    tiny_service: EngineService,
    own_home: Path,
    tmp_path: Path,
) -> None:
    put_model(own_home / "data" / "models", "other")
    tiny_service.catalog.list()
    path = _photo(tmp_path)
    source = model.source
    assert isinstance(source, JudgedSource)

    crop = renderer(model, path, CancelToken())

    with tiny_service.open(path, CancelToken()) as photo:
        region: Region = detailed_part(photo).scaled(2)
        same = tiny_service.enlarge_cell(photo, region, source.choice, CancelToken())
    assert np.array_equal(crop.pixels, same)
    again = renderer(replace(model, id="again"), path, CancelToken())
    assert np.array_equal(again.pixels, crop.pixels)


def test_photos_of_many_questions_do_not_stay_open(
    renderer: CropRenderer, model: JudgedModel, tmp_path: Path
) -> None:
    for number in range(4):
        renderer(model, _photo(tmp_path, f"{number}.png"), CancelToken())

    assert len(renderer._photos) <= 2


def test_a_broken_photo_is_an_error_of_the_engine(
    renderer: CropRenderer, model: JudgedModel, tmp_path: Path
) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnothing")

    with pytest.raises(EngineError, match=r"broken\.png"):
        renderer(model, path, CancelToken())
