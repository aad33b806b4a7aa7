from __future__ import annotations

import numpy as np

from app.services.preview_levels import CELL_PX, MAXIMUM_CELLS, PreviewKey, PreviewLevels
from engine.api import Region

_KEY = PreviewKey(model_id="m", scale=2, fidelity=100, back_projection=False)


def _preview() -> PreviewLevels:
    return PreviewLevels(_KEY, width_px=300, height_px=200, icc=None)


def test_what_is_not_computed_yet_is_transparent() -> None:
    codes = _preview().read(0, Region(left=0, top=0, width=64, height=64))

    assert codes.shape == (64, 64, 4)
    assert not codes.any()


def test_a_cell_appears_where_it_belongs_at_every_level() -> None:
    preview = _preview()
    preview.put((1, 0), np.full((256, 256, 3), 90, np.uint8))

    for level in range(4):
        step = CELL_PX * 2 >> level
        codes = preview.read(level, Region(left=step - 2, top=0, width=4, height=2))
        assert codes[..., 3].tolist() == [[0, 0, 255, 255]] * 2
        assert codes[0, 2, :3].tolist() == [90, 90, 90]


def test_cells_in_the_middle_of_the_view_come_first() -> None:
    cells = _preview().cells_of(Region(left=0, top=0, width=300, height=128))

    assert cells[0] == (1, 0)
    assert set(cells) == {(0, 0), (1, 0), (2, 0)}


def test_cells_at_the_border_are_cut_to_the_photo() -> None:
    region = _preview().cell_region((2, 1))

    assert (region.width, region.height) == (300 - 256, 200 - 128)


def test_memory_of_a_preview_is_bounded() -> None:
    preview = _preview()
    for number in range(MAXIMUM_CELLS + 20):
        preview.put((number, 0), np.zeros((4, 4, 3), np.uint8))

    assert preview.used_bytes == MAXIMUM_CELLS * 48
