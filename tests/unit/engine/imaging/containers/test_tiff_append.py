from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import tifffile
from typing_extensions import override

from engine.imaging.containers.tiff_append import append_entries, layout_of
from engine.imaging.containers.tiff_directory import EXIF, Directory, Entry
from tests.helpers.pictures import noise


def _entries(order: str) -> Directory:
    date = Entry(2, 20, b"2024:05:06 07:08:09\0")
    number = Entry(3, 1, struct.pack(order + "H", 5))
    inner = {0x9003: date, 0x8822: number}
    return {0x010F: Entry(2, 6, b"Maker\0"), EXIF: Entry(4, 1, directory=inner)}


@pytest.mark.parametrize("odd", [0, 1])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("is_big", [False, True])
def test_a_finished_tiff_takes_the_entries(
    odd: int, order: Literal["<", ">"], is_big: bool
) -> None:
    pixels = noise(7, 9)
    stream = io.BytesIO()
    tifffile.imwrite(
        stream, pixels, byteorder=order, bigtiff=is_big, photometric="rgb", metadata=None
    )
    stream.write(b"\0" * odd)
    layout = layout_of(stream)

    assert append_entries(stream, layout, _entries(order))

    stream.seek(0)
    with tifffile.TiffFile(stream) as file:
        tags = file.pages.first.tags
        assert tags[0x010F].value == "Maker"
        assert tags[0x8769].value["DateTimeOriginal"] == "2024:05:06 07:08:09"
        assert tags[0x8769].value["ExposureProgram"] == 5
        np.testing.assert_array_equal(file.asarray(), pixels)


def test_entries_that_are_there_are_replaced_and_further_pages_stay() -> None:
    stream = io.BytesIO()
    tifffile.imwrite(
        stream, np.stack([noise(7, 9)] * 2), photometric="rgb", byteorder="<", metadata=None
    )
    layout = layout_of(stream)

    append_entries(stream, layout, {0x011A: Entry(5, 1, struct.pack("<2I", 300, 1))})

    stream.seek(0)
    with tifffile.TiffFile(stream) as file:
        assert len(file.pages) == 2
        assert file.pages.first.tags[0x011A].value == (300, 1)


def test_what_is_no_tiff_has_no_layout() -> None:
    with pytest.raises(ValueError, match="not a TIFF file"):
        layout_of(io.BytesIO(b"rubbish"))


@pytest.mark.parametrize("is_big", [False, True])
def test_entries_beyond_the_reach_of_the_offsets_are_refused(tmp_path: Path, is_big: bool) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, noise(7, 9), photometric="rgb", metadata=None, bigtiff=is_big)
    picture = path.read_bytes()

    with path.open("r+b") as file:
        # Nothing is written there: of 4 GiB, the disk holds the first bytes only.
        file.truncate(2**32)
        layout = layout_of(file)
        is_added = append_entries(file, layout, {0x010F: Entry(2, 6, b"Maker\0")})
        size = file.seek(0, 2)
        file.seek(0)
        is_unchanged = file.read(len(picture)) == picture

    assert is_added == is_big
    assert (is_unchanged, size == 2**32) == (not is_big, not is_big)


class _HugeFile(io.BytesIO):
    """A file of which only the start is there, and which says that it ends far on."""

    def __init__(self, content: bytes, end: int) -> None:
        super().__init__(content)
        self._end = end

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._end if whence == io.SEEK_END else super().seek(offset, whence)


@pytest.mark.parametrize(
    ("end", "entry"),
    [
        # The directory would still be in reach, the value behind it not.
        (2**32 - 4, Entry(5, 1, struct.pack("<2I", 300, 1))),
        (2**32, Entry(3, 1, struct.pack("<H", 2))),
    ],
)
def test_a_file_at_the_end_of_what_its_offsets_reach_stays_as_it_is(end: int, entry: Entry) -> None:
    stream = io.BytesIO()
    tifffile.imwrite(stream, noise(7, 9), photometric="rgb", byteorder="<", metadata=None)
    huge = _HugeFile(stream.getvalue(), end)

    assert not append_entries(huge, layout_of(huge), {0x0128: entry})

    assert huge.getvalue() == stream.getvalue()
