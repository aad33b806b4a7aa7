from __future__ import annotations

import io
import struct

import pytest

from engine.imaging.containers.iso_boxes import file_boxes, inner_boxes


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def test_boxes_are_named_with_their_place_and_size() -> None:
    file = io.BytesIO(box(b"ftyp", b"avif") + box(b"meta", b"") + box(b"mdat", b"pixels"))

    assert list(file_boxes(file)) == [(b"ftyp", 8, 4), (b"meta", 20, 0), (b"mdat", 28, 6)]


def test_a_box_can_have_its_size_in_64_bits_or_reach_to_the_end() -> None:
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 3) + b"abc"
    last = struct.pack(">I4s", 0, b"free") + b"to the end"

    assert list(inner_boxes(large + last)) == [(b"mdat", b"abc"), (b"free", b"to the end")]


@pytest.mark.parametrize("size", [2, 7, 8 + 100])
def test_a_box_that_cannot_be_ends_the_search(size: int) -> None:
    content = box(b"good", b"x") + struct.pack(">I4s", size, b"evil") + b"rest"

    assert list(inner_boxes(content)) == [(b"good", b"x")]


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x08me", struct.pack(">I4s", 1, b"mdat")])
def test_what_is_too_short_holds_no_box(content: bytes) -> None:
    assert list(inner_boxes(content)) == []


def test_the_number_of_boxes_is_limited() -> None:
    assert len(list(inner_boxes(box(b"free", b"") * 100_010))) == 100_000
