from __future__ import annotations

import numpy as np

from app.services.pictures.filled_levels import FilledLevels
from app.services.pictures.picture_levels import RgbPixels, next_picture_id
from app.services.pictures.preview_levels import PreviewLevels
from app.state.processing import ProcessingChoice
from engine.api import Region

_SIDE = 1024


class _Flat:
    """A picture of one color."""

    is_sparse = False

    def __init__(self) -> None:
        self.picture_id = next_picture_id()
        self.width_px = self.height_px = _SIDE
        self.icc: bytes | None = b"profile"

    def read(self, level: int, region: Region) -> RgbPixels:
        return np.full((region.height, region.width, 3), 50, np.uint8)


def test_missing_cells_show_the_picture_below_and_others_their_own() -> None:
    preview = PreviewLevels(
        ProcessingChoice(), factor=4.0, width_px=_SIDE, height_px=_SIDE, icc=b"profile"
    )
    cell = preview.cell_px
    preview.put((0, 0), np.full((cell, cell, 3), 200, np.uint8))
    filled = FilledLevels(preview, _Flat())

    pixels = filled.read(0, Region(left=cell - 2, top=0, width=4, height=1))

    assert pixels.shape == (1, 4, 3)
    assert pixels[0, :, 0].tolist() == [200, 200, 50, 50]
    assert (filled.width_px, filled.icc, filled.is_sparse) == (_SIDE, b"profile", False)
    # At half the size too.
    halved = filled.read(1, Region(left=cell // 2 - 1, top=0, width=2, height=1))
    assert halved[0, :, 0].tolist() == [200, 50]


def test_a_whole_preview_needs_nothing_below() -> None:
    preview = PreviewLevels(ProcessingChoice(), factor=1.0, width_px=256, height_px=256, icc=None)
    preview.put((0, 0), np.full((256, 256, 4), 255, np.uint8))

    pixels = FilledLevels(preview, _Flat()).read(0, Region(left=0, top=0, width=8, height=8))

    assert pixels.shape == (8, 8, 3)
    assert (pixels == 255).all()
