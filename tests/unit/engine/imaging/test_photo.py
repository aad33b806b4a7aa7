from __future__ import annotations

from pathlib import Path

import pytest

from engine.imaging.photo import Photo
from tests.helpers.pictures import filled_raster, info_of, noise


@pytest.mark.parametrize("with_alpha", [False, True])
def test_a_photo_closes_its_rasters(tmp_path: Path, with_alpha: bool) -> None:
    pixels = noise(5, 4)
    color = filled_raster(pixels, tmp_path, on_disk=True)
    alpha = filled_raster(noise(5, 4, 1), tmp_path, on_disk=True) if with_alpha else None

    with Photo(info=info_of(pixels), color=color, alpha=alpha):
        assert list(tmp_path.iterdir())

    assert not list(tmp_path.iterdir())


def test_megapixels_are_millions_of_pixels() -> None:
    assert info_of(noise(500, 400)).megapixels == 0.2
