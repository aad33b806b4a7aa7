from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.services.pictures.detail_map import DetailMap, first_look
from app.services.pictures.picture_levels import RasterLevels
from app.state.view_transform import ViewTransform
from engine.api import ImageUint, Raster


def _levels(pixels: ImageUint, folder: Path, alpha: ImageUint | None = None) -> RasterLevels:
    def raster(pixels: ImageUint) -> Raster:
        height_px, width_px, channels = pixels.shape
        made = Raster.create(
            height_px=height_px,
            width_px=width_px,
            channels=channels,
            dtype=pixels.dtype,
            scratch_folder=folder,
        )
        made.write(made.whole, pixels)
        return made

    return RasterLevels(raster(pixels), alpha=None if alpha is None else raster(alpha))


def _checked(pixels: ImageUint, left: int, top: int, side: int = 160, depth: int = 40) -> None:
    """Draw squares of 4 pixels, which a reduced picture still shows."""
    squares = np.indices((side, side)).sum(axis=0) // 4 % 2
    pixels[top : top + side, left : left + side] += (squares * depth).astype(np.uint8)[..., None]


@pytest.fixture
def plain() -> ImageUint:
    """A soft slope without any detail."""
    slope = np.linspace(60, 120, 1200).astype(np.uint8)
    return np.broadcast_to(slope[None, :, None], (900, 1200, 3)).copy()


def test_the_spot_lies_on_what_has_detail(plain: ImageUint, tmp_path: Path) -> None:
    _checked(plain, left=760, top=180)

    x, y = DetailMap.of(_levels(plain, tmp_path)).spot(0.15, 0.2)

    assert x * 1200 == pytest.approx(840, abs=40)
    assert y * 900 == pytest.approx(260, abs=40)


def test_fine_texture_counts_more_than_one_hard_edge(plain: ImageUint, tmp_path: Path) -> None:
    plain[:, 300:] = 5
    plain[:, :300] = 250
    plain[500:660, 800:960] = 100
    _checked(plain, left=800, top=500, depth=60)

    x, y = DetailMap.of(_levels(plain, tmp_path)).spot(0.12, 0.15)

    assert (x * 1200, y * 900) == pytest.approx((880, 580), abs=50)


def test_what_lies_at_the_border_or_cannot_be_seen_is_no_spot(
    plain: ImageUint, tmp_path: Path
) -> None:
    _checked(plain, left=0, top=0, side=60, depth=120)
    _checked(plain, left=600, top=600, depth=90)
    _checked(plain, left=200, top=400, depth=20)
    alpha = np.full((900, 1200, 1), 255, np.uint8)
    alpha[580:780, 580:780] = 0

    x, y = DetailMap.of(_levels(plain, tmp_path, alpha)).spot(0.12, 0.15)

    assert (x * 1200, y * 900) == pytest.approx((280, 480), abs=50)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 2), (5, 9)])
def test_every_picture_has_a_spot(tmp_path: Path, size: tuple[int, int]) -> None:
    pixels = np.full((*size, 3), 80, np.uint8)

    details = DetailMap.of(_levels(pixels, tmp_path))

    for share in (0.001, 0.5, 1.0):
        x, y = details.spot(share, share)
        assert 0 <= x <= 1
        assert 0 <= y <= 1


def _view(width_px: int, height_px: int) -> ViewTransform:
    return ViewTransform(
        output_width_px=width_px, output_height_px=height_px, view_width_px=800, view_height_px=600
    )


def test_a_large_result_is_shown_first_at_its_own_pixels_and_inside(
    plain: ImageUint, tmp_path: Path
) -> None:
    _checked(plain, left=760, top=180)
    details = DetailMap.of(_levels(plain, tmp_path))

    view = first_look(_view(4800, 3600), details)

    assert view.zoom == 1.0
    assert not view.is_fitted
    assert view.left >= 0
    assert view.top >= 0
    assert (view.center_x, view.center_y) == pytest.approx((3360, 1040), abs=160)


@pytest.mark.parametrize("size", [(800, 600), (200, 100)])
def test_a_result_that_fits_is_shown_whole(
    plain: ImageUint, tmp_path: Path, size: tuple[int, int]
) -> None:
    details = DetailMap.of(_levels(plain, tmp_path))

    assert first_look(_view(*size), details) == _view(*size).fitted()
