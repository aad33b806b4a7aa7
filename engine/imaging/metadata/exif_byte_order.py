"""Converts EXIF entries to the other byte order.

The type of most entries determines what must be swapped; some entries of type UNDEFINED hold
numbers or text in the byte order of the block. Format: Exif 3.0 (CIPA DC-008-2023), section 4.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from engine.imaging.containers.tiff_directory import UNDEFINED, Directory, Entry, swapped
from engine.imaging.metadata.notes import bound_to_order

IPTC, PHOTOSHOP = 0x83BB, 0x8649
_UNICODE_TEXTS = frozenset({0x9286, 0x001B, 0x001C})
_UNICODE = b"UNICODE\0"
_CFA_PATTERN = 0xA302
# Structures of numbers and text: their byte order cannot be changed without parsing them.
_BOUND_TO_ORDER: Final = {
    0x8828: "OECF",
    0xA20C: "SpatialFrequencyResponse",
    0xA40B: "DeviceSettingDescription",
    0xA462: "SourceExposureTimesOfCompositeImage",
}


def reordered(directory: Directory) -> tuple[Directory, tuple[str, ...]]:
    """Return a directory with all it points to in the other byte order, and notes on removals."""
    notes: list[str] = []
    return dict(_reordered(directory, notes)), tuple(notes)


def _reordered(directory: Directory, notes: list[str]) -> Iterable[tuple[int, Entry]]:
    for tag, entry in directory.items():
        if entry.directory is not None:
            inner = dict(_reordered(entry.directory, notes))
            yield tag, replace(entry, directory=inner)
        elif tag in {IPTC, PHOTOSHOP}:
            # Bytes, whatever the type of the entry is: IPTC is often declared as LONG.
            yield tag, entry
        elif tag in _BOUND_TO_ORDER:
            notes.append(bound_to_order(_BOUND_TO_ORDER[tag]))
        elif entry.kind == UNDEFINED:
            yield tag, replace(entry, value=_reordered_bytes(tag, entry.value))
        else:
            yield tag, replace(entry, value=swapped(entry))


def _reordered_bytes(tag: int, value: bytes) -> bytes:
    if tag in _UNICODE_TEXTS and value.startswith(_UNICODE):
        text = value[len(_UNICODE) :]
        is_marked = text[:2] in {b"\xff\xfe", b"\xfe\xff"}
        return value if is_marked else _UNICODE + _pairs_swapped(text)
    if tag == _CFA_PATTERN:
        # Two numbers of columns and rows, then bytes.
        return _pairs_swapped(value[:4]) + value[4:]
    return value


def _pairs_swapped(content: bytes) -> bytes:
    even = len(content) - len(content) % 2
    turned = bytearray(content)
    turned[0:even:2], turned[1:even:2] = content[1:even:2], content[0:even:2]
    return bytes(turned)
