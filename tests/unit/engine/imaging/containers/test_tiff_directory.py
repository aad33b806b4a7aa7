from __future__ import annotations

import struct

import pytest

from engine.imaging.containers.tiff_directory import (
    EXIF,
    LONG,
    SHORT,
    Directory,
    DirectoryReader,
    Entry,
    Layout,
)

DOUBLE = 12


def _reader(*entries: tuple[int, int, int, bytes]) -> DirectoryReader:
    """Read a block of the tags, types, counts and slots of its first directory, at 8."""
    content = b"II*\0" + struct.pack("<IH", 8, len(entries))
    content += b"".join(struct.pack("<HHI4s", *entry) for entry in entries) + bytes(4)
    return DirectoryReader(lambda at, size: content[at : at + size], Layout("<"))


def test_of_a_tag_that_stands_twice_the_first_counts() -> None:
    reader = _reader((0x0112, SHORT, 1, b"\6\0"), (0x0112, SHORT, 1, b"\3\0"))

    assert reader.page() == {0x0112: Entry(SHORT, 1, b"\6\0", at=18)}
    assert reader.damaged == 0


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (LONG, {0x0112: Entry(SHORT, 1, b"\1\0", at=18), EXIF: Entry(LONG, 1, directory={})}),
        (DOUBLE, {0x0112: Entry(SHORT, 1, b"\1\0", at=18)}),
    ],
)
def test_only_a_type_of_pointers_leads_to_a_directory(kind: int, found: Directory) -> None:
    # The four bytes of the end, 0, are an empty directory.
    reader = _reader((0x0112, SHORT, 1, b"\1\0"), (EXIF, kind, 1, b"\x22\0\0\0"))

    assert reader.page() == found
    assert reader.damaged == 0
