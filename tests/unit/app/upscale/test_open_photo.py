from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice
from app.upscale import open_photo
from app.upscale.open_photo import OpenPhoto
from engine.api import CancelToken, Region
from tests.unit.app.conftest import WritePhoto
from tests.unit.app.upscale.open_photos import decoded

_SIZE = {"width_px": 48, "height_px": 32}


@pytest.fixture
def photo(tiny_service: EngineService, write_photo: WritePhoto) -> Iterator[OpenPhoto]:
    photo = decoded(tiny_service, write_photo())
    yield photo
    photo.close()


def test_the_enlarged_original_is_made_once_for_a_size(photo: OpenPhoto) -> None:
    first = photo.enlarged(48, 32)

    assert photo.enlarged(48, 32) is first
    assert photo.enlarged(96, 64) is not first


def test_a_choice_with_the_same_pixels_has_the_same_preview(photo: OpenPhoto) -> None:
    choice = ProcessingChoice(model_id="tiny")
    first, _ = photo.preview(choice, **_SIZE)

    again, dropped = photo.preview(replace(choice, quality=3, format="png"), **_SIZE)
    other, _ = photo.preview(replace(choice, back_projection=True), **_SIZE)

    assert again is first
    assert other is not first
    assert dropped == ()


def test_beyond_its_memory_the_preview_used_longest_ago_goes(
    photo: OpenPhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_photo, "_PREVIEW_BUDGET_BYTES", 10_000)
    choices = [ProcessingChoice(model_id=f"model-{n}") for n in range(3)]
    previews = []
    for choice in choices[:2]:
        preview, _ = photo.preview(choice, **_SIZE)
        preview.put((0, 0), np.zeros((50, 50, 3), np.uint8))
        previews.append(preview)
    photo.preview(choices[0], **_SIZE)

    _, dropped = photo.preview(choices[2], **_SIZE)

    assert dropped == (previews[1],)


def test_every_picture_is_known_by_its_id(photo: OpenPhoto) -> None:
    preview, _ = photo.preview(ProcessingChoice(model_id="tiny"), **_SIZE)
    enlarged = photo.enlarged(48, 32)

    ids = photo.picture_ids()

    assert set(ids) == {p.picture_id for p in (photo.original, enlarged, preview)}


def test_a_new_result_closes_the_one_before(
    photo: OpenPhoto, tiny_service: EngineService, write_photo: WritePhoto
) -> None:
    paths = [write_photo(f"{n}.png", width_px=48, height_px=32) for n in range(2)]
    first, second = (tiny_service.open(path, CancelToken()) for path in paths)
    choice = ProcessingChoice(model_id="tiny")
    photo.take_result(first, None)

    levels = photo.take_result(second, choice)

    assert (photo.result, photo.result_path, photo.result_choice) == (levels, paths[1], choice)
    with pytest.raises(ValueError, match="closed"):
        first.color.read(Region(left=0, top=0, width=1, height=1))
    photo.drop_result()
    assert (photo.result, photo.result_path, photo.result_choice) == (None, None, None)
