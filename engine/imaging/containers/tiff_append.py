"""Adds entries to the first directory of a finished TIFF file."""

from __future__ import annotations

import struct
from typing import BinaryIO

from engine.imaging.containers.tiff_directory import Directory, DirectoryWriter, Layout


def layout_of(file: BinaryIO) -> Layout:
    """Return the byte order and offset size of a TIFF file; `ValueError` if it is not a TIFF."""
    file.seek(0)
    layout = Layout.of_header(file.read(4))
    if layout is None:
        raise ValueError("not a TIFF file")
    return layout


def append_entries(file: BinaryIO, layout: Layout, entries: Directory) -> bool:
    """Write the first directory again at the end of the file, and point the header there.

    Pixels stay where they are. Existing entries with the same tags are replaced.

        before   | header | pixels | directory |
        after    | header | pixels | unused    | directory with the entries | their values |
                     '---------------------------^

    Args:
        file: A finished TIFF file, open for reading and writing.
        layout: Its byte order and offset size.
        entries: Entries to add, in the byte order of the file.

    Returns:
        False if its offsets cannot reach that far; the file is unchanged then.
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
    # Directories begin at even offsets.
    base = end + end % 2
    writer = DirectoryWriter(layout, base)
    try:
        first = layout.offset(writer.directory(entries, kept, following))
    except struct.error:
        return False
    # The pointer last: until then the file is valid as it was.
    file.write(bytes(base - end) + writer.body)
    file.seek(layout.pointer_at)
    file.write(first)
    return True
