"""Adds entries to the first directory of a finished TIFF file."""

from __future__ import annotations

import struct
from typing import BinaryIO

from engine.imaging.containers.tiff_directory import Directory, DirectoryWriter, Layout


def layout_of(file: BinaryIO) -> Layout:
    """Return how numbers are written in a TIFF file; `ValueError` if it is none."""
    file.seek(0)
    layout = Layout.of_header(file.read(4))
    if layout is None:
        raise ValueError("not a TIFF file")
    return layout


def append_entries(file: BinaryIO, layout: Layout, entries: Directory) -> bool:
    """Write the first directory again at the end of the file, and lead the header there.

    No pixel moves. Entries that are there already are replaced.

    Args:
        file: A finished TIFF file, open for reading and writing.
        layout: How its numbers are written.
        entries: What is to be added, in the byte order of the file.

    Returns:
        False, and the file is unchanged, if its offsets do not reach that far.
    """
    file.seek(layout.pointer_at)
    (start,) = layout.unpack(layout.offset_kind, file.read(layout.slot_bytes))
    file.seek(start)
    (count,) = layout.unpack(layout.count_kind, file.read(layout.count_bytes))
    raw = [file.read(layout.entry_bytes) for _ in range(count)]
    following = file.read(layout.slot_bytes)
    present = {layout.unpack("H", entry)[0]: entry for entry in raw}
    kept = {tag: entry for tag, entry in present.items() if tag not in entries}
    end = file.seek(0, 2)
    base = end + end % 2
    writer = DirectoryWriter(layout, base)
    try:
        first = layout.offset(writer.directory(entries, kept, following))
    except struct.error:
        return False
    file.write(bytes(base - end) + writer.body)
    file.seek(layout.pointer_at)
    file.write(first)
    return True
