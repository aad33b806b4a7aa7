"""Random access to the pixels of one picture, in memory or in a scratch file.

Rows are stored one after another, channels interleaved, so that an encoder can
read the scratch file from front to end. The file is read and written with
plain system calls: a mapped file would count as resident memory and grow with
the picture.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray
from typing_extensions import override

from engine.core.atomic_file import output_error
from engine.core.closing import Closing
from engine.core.errors import DiskFullError, OutputError
from engine.core.images import ImageUint
from engine.core.leftovers import forget_part, part_path, track_part
from engine.core.messages import say
from engine.core.private_files import create_private_file
from engine.core.tiling import Region
from engine.core.units import format_bytes
from engine.imaging.pixel_values import max_value

MEMORY_LIMIT_BYTES = 64 * 2**20
"""A raster up to this size is kept in memory."""


class Raster(Closing):
    """A picture of uint8 or uint16 pixel values that can be read and written in any order.

    It starts black. Any thread may use it. Close it, or use it as a context
    manager: its scratch file goes with it.

    Attributes:
        height_px: Rows.
        width_px: Columns.
        channels: 1 (gray or alpha) or 3 (RGB).
        dtype: uint8 or uint16.
        max_value: pixel value of white.
    """

    def __init__(
        self, store: _Store, *, height_px: int, width_px: int, channels: int, dtype: DTypeLike
    ) -> None:
        self._store = store
        self.height_px = height_px
        self.width_px = width_px
        self.channels = channels
        self.dtype = np.dtype(dtype)
        self.max_value = max_value(dtype)

    @classmethod
    def create(
        cls,
        *,
        height_px: int,
        width_px: int,
        channels: int,
        dtype: DTypeLike,
        scratch_folder: Path,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    ) -> Raster:
        """Return a black raster, in memory if it is small enough.

        Args:
            height_px: Rows, at least 1.
            width_px: Columns, at least 1.
            channels: 1 or 3.
            dtype: uint8 or uint16.
            scratch_folder: Existing folder for the scratch file of a large raster.
            memory_limit_bytes: Largest size to keep in memory.

        Raises:
            DiskFullError: If the scratch folder lacks the room.
            OutputError: If the scratch folder cannot be written to.
        """
        if min(height_px, width_px) < 1 or channels not in {1, 3}:
            raise ValueError(f"no raster can be {height_px}x{width_px}x{channels}")
        max_value(dtype)
        row_bytes = width_px * channels * np.dtype(dtype).itemsize
        size_bytes = height_px * row_bytes
        store: _Store
        if size_bytes <= memory_limit_bytes:
            store = _MemoryStore(height_px, row_bytes)
        else:
            store = _FileStore(scratch_folder, height_px, row_bytes)
        return cls(store, height_px=height_px, width_px=width_px, channels=channels, dtype=dtype)

    @property
    def whole(self) -> Region:
        """The rectangle of all pixels."""
        return Region(left=0, top=0, width=self.width_px, height=self.height_px)

    @property
    def scratch_file(self) -> Path | None:
        """The file of the pixels, row by row in native byte order; None if in memory."""
        return self._store.path

    def read(self, region: Region) -> ImageUint:
        """Return a copy of the pixels in ``region``.

        Shape:
            - returns ``(height, width, C)``.

        Raises:
            ValueError: If ``region`` leaves the picture or the raster is closed.
        """
        self._check_inside(region)
        pixels = np.empty((region.height, region.width, self.channels), self.dtype)
        self._store.read(self._span(region), pixels.reshape(region.height, -1).view(np.uint8))
        return pixels

    def write(self, region: Region, pixels: ImageUint) -> None:
        """Replace the pixels in ``region``.

        Shape:
            - ``pixels``: ``(height, width, C)`` of the raster's dtype.

        Raises:
            ValueError: If ``region`` leaves the picture, ``pixels`` is of another shape or
                dtype, or the raster is closed.
            DiskFullError: If the disk of the scratch file is full.
        """
        self._check_inside(region)
        if (
            pixels.shape != (region.height, region.width, self.channels)
            or pixels.dtype != self.dtype
        ):
            raise ValueError(f"{pixels.shape} {pixels.dtype} does not fit {region} of {self.dtype}")
        rows = np.ascontiguousarray(pixels).reshape(region.height, -1).view(np.uint8)
        self._store.write(self._span(region), rows)

    @override
    def close(self) -> None:
        """Free the memory or delete the scratch file; closing again does nothing."""
        self._store.close()

    def _check_inside(self, region: Region) -> None:
        inside = min(region.left, region.top) >= 0 and min(region.width, region.height) >= 1
        if not inside or region.right > self.width_px or region.bottom > self.height_px:
            raise ValueError(f"{region} leaves the {self.width_px}x{self.height_px} raster")

    def _span(self, region: Region) -> tuple[int, int]:
        return region.top, region.left * self.channels * self.dtype.itemsize


class _Store(Protocol):
    """Rows of bytes; ``rows`` is ``(n, k)`` uint8 and ``start`` its first row and byte."""

    path: Path | None

    def read(self, start: tuple[int, int], rows: NDArray[np.uint8]) -> None: ...

    def write(self, start: tuple[int, int], rows: NDArray[np.uint8]) -> None: ...

    def close(self) -> None: ...


class _MemoryStore(_Store):
    path: Path | None = None

    def __init__(self, rows: int, row_bytes: int) -> None:
        self._bytes: NDArray[np.uint8] | None = np.zeros((rows, row_bytes), np.uint8)

    @override
    def read(self, start: tuple[int, int], rows: NDArray[np.uint8]) -> None:
        rows[:] = self._window(start, rows)

    @override
    def write(self, start: tuple[int, int], rows: NDArray[np.uint8]) -> None:
        self._window(start, rows)[:] = rows

    @override
    def close(self) -> None:
        self._bytes = None

    def _window(self, start: tuple[int, int], rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self._bytes is None:
            raise ValueError("the raster is closed")
        (top, left), (height, width) = start, rows.shape
        return self._bytes[top : top + height, left : left + width]


class _FileStore(_Store):
    """Keeps the rows in a sparse file: writing can still fail when the disk fills up later."""

    def __init__(self, folder: Path, rows: int, row_bytes: int) -> None:
        self._row_bytes = row_bytes
        # Seeking and reading are two calls; the lock keeps another thread's seek out between.
        self._lock = threading.Lock()
        self.path = part_path(folder, ".raster")
        try:
            _check_room(folder, rows * row_bytes)
            track_part(self.path)
            self._file = os.fdopen(create_private_file(self.path), "r+b", buffering=0)
            self._file.truncate(rows * row_bytes)
        except OSError as error:
            raise output_error(error, self.path) from error

    @override
    def read(self, start: tuple[int, int], rows: NDArray[np.uint8]) -> None:
        for offset, chunk in self._chunks(start, rows):
            with self._lock:
                self._file.seek(offset)
                self._fill(chunk)

    @override
    def write(self, start: tuple[int, int], rows: NDArray[np.uint8]) -> None:
        try:
            for offset, chunk in self._chunks(start, rows):
                self._write(offset, chunk)
        except OSError as error:
            raise output_error(error, self.path) from error

    @override
    def close(self) -> None:
        # Never during a read on another thread: the file number may be reused for another file.
        with self._lock:
            self._file.close()
        self.path.unlink(missing_ok=True)
        forget_part(self.path)

    def _chunks(
        self, start: tuple[int, int], rows: NDArray[np.uint8]
    ) -> list[tuple[int, memoryview]]:
        # Rows follow one another without padding. A region of full width is one run of bytes,
        # any other one run per row:
        #
        #     |......|######|####..|     |..##..|..##..|
        #       row 0  row 1  row 2       row 0  row 1
        first = start[0] * self._row_bytes + start[1]
        if rows.shape[1] == self._row_bytes:
            return [(first, rows.reshape(-1).data)]
        return [(first + y * self._row_bytes, row.data) for y, row in enumerate(rows)]

    def _fill(self, chunk: memoryview) -> None:
        # One call returns at most 2 GiB; 0 bytes mean that the file was truncated.
        while chunk:
            count = self._file.readinto(chunk)
            if not count:
                raise OutputError(
                    f"{self.path}: the scratch file was cut short by another program; try again"
                )
            chunk = chunk[count:]

    def _write(self, offset: int, chunk: memoryview) -> None:
        # A call writes less than it is given on an almost full disk, and never beyond 2 GiB.
        with self._lock:
            self._file.seek(offset)
            while chunk:
                chunk = chunk[self._file.write(chunk) :]


def _check_room(folder: Path, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise DiskFullError(
            say(
                "scratch-full",
                "{folder}: {needed} of scratch space are needed, {free} are free; "
                "free some space or choose another folder",
                folder=folder,
                needed=format_bytes(needed_bytes),
                free=format_bytes(free_bytes),
            )
        )
