from __future__ import annotations

import pytest

from engine.imaging.containers.tiff_directory import UTF8, Layout
from engine.imaging.metadata.exif import Exif
from tests.helpers.metadata_blocks import BYTE, LONG, UNDEFINED, Tag, entries_of, exif_of


def _parsed(block: bytes) -> Exif:
    exif = Exif.parse(block)
    assert exif is not None
    return exif


UNICODE = "Gr\u00f6\u00dfe \u6728"


@pytest.mark.parametrize(("order", "encoding"), [("<", "utf-16-le"), (">", "utf-16-be")])
@pytest.mark.parametrize("target", ["<", ">"])
def test_unicode_texts_follow_the_byte_order(order: str, encoding: str, target: str) -> None:
    text = b"UNICODE\0" + UNICODE.encode(encoding)
    block = exif_of(
        [],
        exif=[Tag(0x9286, UNDEFINED, text)],
        gps=[Tag(0x001B, UNDEFINED, text), Tag(0x001C, UNDEFINED, text)],
        order=order,
    )

    moved, notes = _parsed(block).in_order_of(Layout(target))

    assert notes == ()
    found = entries_of(moved.to_bytes())
    expected = b"UNICODE\0" + UNICODE.encode("utf-16-le" if target == "<" else "utf-16-be")
    assert {tag: found[tag] for tag in (0x9286, 0x001B, 0x001C)} == dict.fromkeys(
        (0x9286, 0x001B, 0x001C), (UNDEFINED, expected)
    )


def test_other_texts_do_not_follow_the_byte_order() -> None:
    values = {
        0x9286: b"ASCII\0\0\0abcd",
        0x9C9C: "XP".encode("utf-16-le"),
        0xA302: b"\0\x02\0\x02\0\1\1\2",
        0xA434: b"lens",
    }
    kinds = {0x9286: UNDEFINED, 0x9C9C: BYTE, 0xA302: UNDEFINED, 0xA434: UTF8}
    block = exif_of([], exif=[Tag(t, kinds[t], values[t]) for t in values], order=">")

    moved, _ = _parsed(block).in_order_of(Layout("<"))

    found = entries_of(moved.to_bytes())
    # The color filter array has two numbers in front.
    values[0xA302] = b"\x02\0\x02\0\0\1\1\2"
    assert {tag: found[tag][1] for tag in values} == values


def test_what_is_bound_to_a_byte_order_is_left_out_with_a_note() -> None:
    block = exif_of(
        [Tag.text(0x010F, "Maker")],
        exif=[Tag(0x927C, UNDEFINED, b"Canon's"), Tag(0xA20C, UNDEFINED, b"12345678")],
    )

    same, same_notes = _parsed(block).in_order_of(Layout("<"))
    other, other_notes = _parsed(block).in_order_of(Layout(">"))

    assert 0xA20C in entries_of(same.to_bytes())
    assert 0x927C not in entries_of(same.to_bytes())
    assert len(same_notes) == 1
    assert 0xA20C not in entries_of(other.to_bytes())
    assert len(other_notes) == 2
    assert "SpatialFrequencyResponse" in other_notes[1]


def test_a_maker_note_that_is_bound_to_nothing_is_kept() -> None:
    note = b"Nikon\0\x02\x10\0\0MM\0*"
    block = exif_of([], exif=[Tag(0x927C, UNDEFINED, note)], order="<")

    moved, notes = _parsed(block).in_order_of(Layout(">"))

    assert entries_of(moved.to_bytes())[0x927C] == (UNDEFINED, note)
    assert notes == ()


def test_iptc_and_photoshops_resources_are_bytes_whatever_their_type_says() -> None:
    records, resources = b"\x1c\2\5\0\3abc", b"8BIM\4\4\0\0"
    block = exif_of([Tag(0x83BB, LONG, records), Tag(0x8649, LONG, resources)], order="<")

    moved, notes = _parsed(block).in_order_of(Layout(">"))

    assert notes == ()
    assert (moved.iptc, moved.photoshop) == (records, resources)
    found = entries_of(moved.to_bytes())
    assert found == {0x83BB: (LONG, records), 0x8649: (LONG, resources)}
