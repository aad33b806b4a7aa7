from __future__ import annotations

import numpy as np
import pytest

from app.services.pictures import preview_levels
from app.services.pictures.preview_levels import PreviewLevels
from app.state.processing import ProcessingChoice
from app.state.view_transform import ViewTransform
from engine.api import Region


def _preview(factor: float = 2.0) -> PreviewLevels:
    return PreviewLevels(ProcessingChoice(), factor=factor, width_px=600, height_px=400, icc=None)


def test_what_is_not_computed_yet_is_transparent() -> None:
    pixels = _preview().read(0, Region(left=0, top=0, width=64, height=64))

    assert pixels.shape == (64, 64, 4)
    assert not pixels.any()


def test_a_cell_appears_where_it_belongs_at_every_level() -> None:
    preview = _preview()
    preview.put((1, 0), np.full((256, 256, 3), 90, np.uint8))

    for level in range(4):
        step = preview.cell_px >> level
        pixels = preview.read(level, Region(left=step - 2, top=0, width=4, height=2))
        assert pixels[..., 3].tolist() == [[0, 0, 255, 255]] * 2
        assert pixels[0, 2, :3].tolist() == [90, 90, 90]


def test_transparency_of_a_cell_is_kept() -> None:
    preview = _preview()
    cell = np.full((256, 256, 4), 90, np.uint8)
    cell[..., 3] = 40
    preview.put((0, 0), cell)

    pixels = preview.read(0, Region(left=255, top=9, width=2, height=1))

    assert pixels.tolist() == [[[90, 90, 90, 40], [0, 0, 0, 0]]]


def test_cells_in_the_middle_of_the_view_come_first() -> None:
    cells = _preview().cells_of(Region(left=0, top=0, width=600, height=256))

    assert cells[0] == (1, 0)
    assert set(cells) == {(0, 0), (1, 0), (2, 0)}


def test_cells_at_the_border_are_cut_to_the_result() -> None:
    region = _preview().cell_region((2, 1))

    assert (region.width, region.height) == (600 - 512, 400 - 256)


@pytest.mark.parametrize(("factor", "cell_px"), [(1, 256), (2, 256), (3, 512), (16, 512)])
def test_cells_are_made_from_few_pixels_of_the_photo_whatever_the_size(
    factor: float, cell_px: int
) -> None:
    assert _preview(factor).cell_px == cell_px
    assert cell_px / factor <= 256


def test_what_a_view_of_another_size_shows_is_told_in_pixels_of_the_result() -> None:
    view = ViewTransform(
        output_width_px=300, output_height_px=200, view_width_px=100, view_height_px=100
    ).zoomed(1.0, x=0, y=0)

    region = _preview().region_in(view.panned(-1000, 0))

    assert (region.left, region.right) == (400, 600)


def test_memory_of_a_preview_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_levels, "MAXIMUM_BYTES", 480)
    preview = _preview()
    for number in range(30):
        preview.put((number, 0), np.zeros((4, 4, 3), np.uint8))
        preview.put((number, 0), np.zeros((4, 4, 3), np.uint8))

    assert preview.used_bytes == 480
    assert not preview.has((19, 0))
    assert preview.has((20, 0))
