"""Presents a raster to libvips as a picture that it reads from front to back.

libvips maps raw files into memory, where they count as resident. So the scratch file of a
raster is presented with a TIFF header in front, as uncompressed strips that are read when they
are needed:

    | header | directory | strip offsets, sizes | row 0, row 1, ... of the raster |
      made in memory, by `_bigtiff_head`          read from the raster, never copied
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

import numpy as np
from typing_extensions import override

from engine.core.tiling import Region
from engine.imaging.containers.tiff_directory import SHORT, DirectoryWriter, Entry, Layout
from engine.imaging.raster import Raster
from engine.imaging.vips import FileSource, pyvips

_STRIP_BYTES = 2**20
_LONG8 = 16
_LETTERS: Final = {SHORT: "H", _LONG8: "Q"}


@dataclass(frozen=True, slots=True)
class RasterImage:
    """A lazy picture of a raster's pixels, to be read once from top to bottom.

    Keep it, and the raster, alive until the picture has been read: libvips calls back into it.

    Attributes:
        image: The picture.
        stream: What libvips reads from; None if the picture holds a copy of the pixels.
    """

    image: pyvips.Image
    stream: FileSource | None

    @property
    def error(self) -> Exception | None:
        """The error of reading the raster, if any."""
        return self.stream.error if self.stream is not None else None

    @classmethod
    def of(cls, raster: Raster) -> RasterImage:
        """Present ``raster``."""
        kind = interpretation(raster.channels, 8 * raster.dtype.itemsize)
        if raster.scratch_file is None:
            pixels = raster.read(raster.whole)
            return cls(pyvips.Image.new_from_array(pixels, interpretation=kind), None)
        stream = FileSource(cast("BinaryIO", RasterFile(raster)))
        image = pyvips.Image.tiffload_source(stream.source, access="sequential", fail_on="error")
        return cls(image.copy(interpretation=kind), stream)


def interpretation(channels: int, bit_depth: int) -> str:
    """Return libvips' name for gray or RGB pixel values of 8 or 16 bits."""
    if channels == 1:
        return "b-w" if bit_depth == 8 else "grey16"
    return "srgb" if bit_depth == 8 else "rgb16"


class RasterFile(io.RawIOBase):
    """A raster as a BigTIFF file that exists only while it is read."""

    def __init__(self, raster: Raster) -> None:
        self._raster = raster
        self._row_bytes = raster.width_px * raster.channels * raster.dtype.itemsize
        self._head = _bigtiff_head(raster, self._row_bytes)
        self._size = len(self._head) + self._row_bytes * raster.height_px
        self._at = 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    @override
    def read(self, size: int = -1) -> bytes:
        # A read can begin in the header and end among the pixels.
        end = self._size if size < 0 else min(self._at + size, self._size)
        content = self._head[self._at : end]
        first = max(self._at - len(self._head), 0)
        content += self._pixels(first, end - len(self._head))
        self._at += len(content)
        return content

    def _pixels(self, first: int, last: int) -> bytes:
        if last <= first:
            return b""
        # Whole rows are read from the raster, and the bytes around the wanted ones cut off.
        top, bottom = first // self._row_bytes, -(-last // self._row_bytes)
        rows = Region(left=0, top=top, width=self._raster.width_px, height=bottom - top)
        content = self._raster.read(rows).reshape(-1).view(np.uint8)
        return content[first - top * self._row_bytes : last - top * self._row_bytes].tobytes()


def _bigtiff_head(raster: Raster, row_bytes: int) -> bytes:
    """Return the header and the directory of the file.

    Format: TIFF 6.0 baseline tags in the BigTIFF layout (libtiff, "The BigTIFF File Format").
    """
    layout = Layout("<" if sys.byteorder == "little" else ">", is_big=True)
    channels, bits = raster.channels, 8 * raster.dtype.itemsize
    rows = max(1, _STRIP_BYTES // row_bytes)
    tops = range(0, raster.height_px, rows)
    sizes = [min(rows, raster.height_px - top) * row_bytes for top in tops]

    def head(pixels_at: int) -> bytes:
        values = {
            256: (_LONG8, [raster.width_px]),
            257: (_LONG8, [raster.height_px]),
            258: (SHORT, [bits] * channels),
            259: (SHORT, [1]),
            262: (SHORT, [1 if channels == 1 else 2]),
            273: (_LONG8, [pixels_at + top * row_bytes for top in tops]),
            277: (SHORT, [channels]),
            278: (_LONG8, [rows]),
            279: (_LONG8, sizes),
            284: (SHORT, [1]),
        }
        entries = {
            tag: Entry(kind, len(numbers), layout.pack(f"{len(numbers)}{_LETTERS[kind]}", *numbers))
            for tag, (kind, numbers) in values.items()
        }
        writer = DirectoryWriter(layout, len(layout.header(0)))
        directory_at = writer.directory(entries, {})
        return layout.header(directory_at) + writer.body

    # The offsets of the strips (tag 273) depend on the size of the head, but not the reverse.
    return head(len(head(0)))
