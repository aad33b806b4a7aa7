"""A result of which only the cells that were in view exist."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np

from app.services.pictures.picture_levels import RgbPixels, next_picture_id, shrink
from app.state.processing import ProcessingChoice
from app.state.view_transform import ViewTransform
from engine.api import Region

MAXIMUM_BYTES = 160 * 512 * 512 * 3
_LARGE_CELL_PX, _SMALL_CELL_PX = 512, 256
_LARGE_FROM_FACTOR = 3.0

Cell = tuple[int, int]
"""Column and row of a square of ``cell_px`` pixels of the result."""


class PreviewLevels:
    """Cells of a result, as a picture with holes.

    Cells are added and read on worker threads; the least recently added go
    when there are too many.

    Attributes:
        choice: How the photo is enlarged.
        cell_px: Side of a cell, in pixels of the result; a power of two.
    """

    is_sparse = True

    def __init__(
        self,
        choice: ProcessingChoice,
        *,
        factor: float,
        width_px: int,
        height_px: int,
        icc: bytes | None,
    ) -> None:
        """Start without any cell.

        Args:
            choice: How the photo is enlarged.
            factor: Size of the result relative to the photo.
            width_px: Columns of the result.
            height_px: Rows of the result.
            icc: Color profile of the pixel values.
        """
        self.picture_id = next_picture_id()
        self.choice = choice
        self.width_px = width_px
        self.height_px = height_px
        self.icc = icc
        # A cell has a similar number of the photo's pixels at every factor, so that the first one
        # is ready soon.
        self.cell_px = _LARGE_CELL_PX if factor >= _LARGE_FROM_FACTOR else _SMALL_CELL_PX
        self._cells: OrderedDict[Cell, RgbPixels] = OrderedDict()
        self._used_bytes = 0
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        """Memory of the cells."""
        return self._used_bytes

    def has(self, cell: Cell) -> bool:
        """Return whether a cell was computed."""
        with self._lock:
            return cell in self._cells

    def put(self, cell: Cell, pixels: RgbPixels) -> None:
        """Add a cell: ``(h, w, 3)`` pixels of its pixels, or ``(h, w, 4)`` with alpha."""
        with self._lock:
            previous = self._cells.pop(cell, None)
            self._cells[cell] = pixels
            self._used_bytes += pixels.nbytes - (0 if previous is None else previous.nbytes)
            # Oldest first: what came into view last is needed most.
            while self._used_bytes > MAXIMUM_BYTES:
                self._used_bytes -= self._cells.popitem(last=False)[1].nbytes

    def cell_region(self, cell: Cell) -> Region:
        """Return the pixels of the result that a cell covers."""
        left, top = cell[0] * self.cell_px, cell[1] * self.cell_px
        return Region(
            left=left,
            top=top,
            width=min(self.cell_px, self.width_px - left),
            height=min(self.cell_px, self.height_px - top),
        )

    def region_in(self, view: ViewTransform) -> Region:
        """Return the pixels of the result that ``view`` shows, at least one."""
        across = self.width_px / view.output_width_px
        down = self.height_px / view.output_height_px
        right, bottom = view.to_output(view.view_width_px, view.view_height_px)
        left_px = min(max(int(view.left * across), 0), self.width_px - 1)
        top_px = min(max(int(view.top * down), 0), self.height_px - 1)
        right_px = min(int(right * across) + 1, self.width_px)
        bottom_px = min(int(bottom * down) + 1, self.height_px)
        return Region(
            left=left_px,
            top=top_px,
            width=max(right_px - left_px, 1),
            height=max(bottom_px - top_px, 1),
        )

    def cells_of(self, region: Region) -> list[Cell]:
        """Return the cells that ``region`` of the result touches, the middle ones first."""
        side = self.cell_px
        columns = range(region.left // side, -(-region.right // side))
        rows = range(region.top // side, -(-region.bottom // side))
        middle_x = (region.left + region.right) / 2 / side - 0.5
        middle_y = (region.top + region.bottom) / 2 / side - 0.5
        # By distance of their middles from that of the region, in cells.
        cells = [(column, row) for row in rows for column in columns]
        return sorted(cells, key=lambda c: (c[0] - middle_x) ** 2 + (c[1] - middle_y) ** 2)

    def read(self, level: int, region: Region) -> RgbPixels:
        """Return ``(h, w, 4)`` pixels of ``region`` in pixels of ``level``; alpha 0 is a hole."""
        result = np.zeros((region.height, region.width, 4), np.uint8)
        step = self.cell_px >> level
        # A cell is smaller than a pixel of this level: the photo's own overview is shown there.
        if step < 1:
            return result
        for row in range(region.top // step, -(-region.bottom // step)):
            for column in range(region.left // step, -(-region.right // step)):
                with self._lock:
                    pixels = self._cells.get((column, row))
                if pixels is not None:
                    _paste(_padded_shrink(pixels, level), result, region, column * step, row * step)
        return result


def _padded_shrink(pixels: RgbPixels, level: int) -> RgbPixels:
    step = 1 << level
    missing = (-pixels.shape[0] % step, -pixels.shape[1] % step)
    if any(missing):
        pixels = np.pad(pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    return shrink(pixels, level)


def _paste(pixels: RgbPixels, target: RgbPixels, region: Region, left: int, top: int) -> None:
    first_x, first_y = max(left, region.left), max(top, region.top)
    end_x = min(left + pixels.shape[1], region.right)
    end_y = min(top + pixels.shape[0], region.bottom)
    if end_x <= first_x or end_y <= first_y:
        return
    rows = slice(first_y - region.top, end_y - region.top)
    columns = slice(first_x - region.left, end_x - region.left)
    part = pixels[first_y - top : end_y - top, first_x - left : end_x - left]
    # Without alpha of its own a cell is opaque; one with alpha overwrites this below.
    target[rows, columns, 3] = 255
    target[rows, columns, : part.shape[2]] = part
