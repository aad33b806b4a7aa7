"""An enlarged picture of which only what was looked at exists."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from app.services.picture_levels import PictureLevels, RgbCodes, next_picture_id, shrink
from app.state.view_transform import ViewTransform
from engine.api import Region

CELL_PX = 128
MAXIMUM_CELLS = 160

Cell = tuple[int, int]
"""Column and row of a square of `CELL_PX` original pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewKey:
    """What decides the pixels of a preview.

    Attributes:
        model_id: Which network.
        scale: Its enlargement.
        fidelity: Blend of its twin, in hundredths.
        back_projection: Whether the result is corrected.
    """

    model_id: str
    scale: int
    fidelity: int
    back_projection: bool


class PreviewLevels:
    """Enlarged cells of a photo, as a picture with holes.

    Cells are added and read on worker threads; the least recently added go
    when there are too many.

    Attributes:
        opacity: Picture of the same size whose alpha the cells take, None for opaque photos.
    """

    is_sparse = True

    def __init__(
        self, key: PreviewKey, *, width_px: int, height_px: int, icc: bytes | None
    ) -> None:
        self.picture_id = next_picture_id()
        self.key = key
        self.original_width_px = width_px
        self.original_height_px = height_px
        self.width_px = width_px * key.scale
        self.height_px = height_px * key.scale
        self.icc = icc
        self.opacity: PictureLevels | None = None
        self._cells: OrderedDict[Cell, RgbCodes] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        """Memory of the cells."""
        with self._lock:
            return sum(codes.nbytes for codes in self._cells.values())

    def has(self, cell: Cell) -> bool:
        """Return whether a cell is there."""
        with self._lock:
            return cell in self._cells

    def put(self, cell: Cell, codes: RgbCodes) -> None:
        """Add a cell: ``(h, w, 3)`` codes of its enlarged pixels."""
        with self._lock:
            self._cells[cell] = codes
            while len(self._cells) > MAXIMUM_CELLS:
                self._cells.popitem(last=False)

    def cell_region(self, cell: Cell) -> Region:
        """Return the original pixels of a cell."""
        left, top = cell[0] * CELL_PX, cell[1] * CELL_PX
        return Region(
            left=left,
            top=top,
            width=min(CELL_PX, self.original_width_px - left),
            height=min(CELL_PX, self.original_height_px - top),
        )

    def region_in(self, view: ViewTransform) -> Region:
        """Return the original pixels that ``view`` shows, at least one."""
        across = self.original_width_px / view.output_width_px
        down = self.original_height_px / view.output_height_px
        right, bottom = view.to_output(view.view_width_px, view.view_height_px)
        left_px = min(max(int(view.left * across), 0), self.original_width_px - 1)
        top_px = min(max(int(view.top * down), 0), self.original_height_px - 1)
        right_px = min(int(right * across) + 1, self.original_width_px)
        bottom_px = min(int(bottom * down) + 1, self.original_height_px)
        return Region(
            left=left_px,
            top=top_px,
            width=max(right_px - left_px, 1),
            height=max(bottom_px - top_px, 1),
        )

    def cells_of(self, region: Region) -> list[Cell]:
        """Return the cells that ``region`` of the original touches, the middle ones first."""
        columns = range(region.left // CELL_PX, -(-region.right // CELL_PX))
        rows = range(region.top // CELL_PX, -(-region.bottom // CELL_PX))
        middle_x = (region.left + region.right) / 2 / CELL_PX - 0.5
        middle_y = (region.top + region.bottom) / 2 / CELL_PX - 0.5
        cells = [(column, row) for row in rows for column in columns]
        return sorted(cells, key=lambda c: (c[0] - middle_x) ** 2 + (c[1] - middle_y) ** 2)

    def read(self, level: int, region: Region) -> RgbCodes:
        """Return ``(h, w, 4)`` codes of ``region`` in pixels of ``level``; alpha 0 is a hole."""
        result = np.zeros((region.height, region.width, 4), np.uint8)
        step = CELL_PX * self.key.scale >> level
        if step < 1:
            return result
        for row in range(region.top // step, -(-region.bottom // step)):
            for column in range(region.left // step, -(-region.right // step)):
                with self._lock:
                    codes = self._cells.get((column, row))
                if codes is not None:
                    _paste(_padded_shrink(codes, level), result, region, column * step, row * step)
        if self.opacity is not None:
            opacity = self.opacity.read(level, region)[..., 3]
            np.minimum(result[..., 3], opacity, out=result[..., 3])
        return result


def _padded_shrink(codes: RgbCodes, level: int) -> RgbCodes:
    step = 1 << level
    missing = (-codes.shape[0] % step, -codes.shape[1] % step)
    if any(missing):
        codes = np.pad(codes, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    return shrink(codes, level)


def _paste(codes: RgbCodes, target: RgbCodes, region: Region, left: int, top: int) -> None:
    first_x, first_y = max(left, region.left), max(top, region.top)
    end_x = min(left + codes.shape[1], region.right)
    end_y = min(top + codes.shape[0], region.bottom)
    if end_x <= first_x or end_y <= first_y:
        return
    rows = slice(first_y - region.top, end_y - region.top)
    columns = slice(first_x - region.left, end_x - region.left)
    part = codes[first_y - top : end_y - top, first_x - left : end_x - left]
    target[rows, columns, :3] = part
    target[rows, columns, 3] = 255
