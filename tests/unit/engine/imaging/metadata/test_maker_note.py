from __future__ import annotations

import pytest

from engine.imaging.metadata.maker_note import is_self_contained


@pytest.mark.parametrize(
    "note", [b"Nikon\0\x02\x11\0\0MM\0*", b"Apple iOS\0\0\1MM", b"FUJIFILM\x0c\0\0\0"]
)
def test_some_notes_can_stand_anywhere(note: bytes) -> None:
    assert is_self_contained(note)


@pytest.mark.parametrize(
    "note", [b"\x24\0\1\0\3\0", b"SONY DSC \0\0\0", b"Panasonic\0\0\0", b"Nikon\0\x01\0", b""]
)
def test_others_count_from_the_header_around_them(note: bytes) -> None:
    assert not is_self_contained(note)
