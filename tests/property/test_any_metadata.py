"""Whatever bytes stand where metadata should be, they end nothing and nothing else is lost."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.imaging.formats import OutputFormat
from engine.imaging.metadata.exif import Exif
from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.reading import read_file_metadata
from engine.imaging.metadata.selection import select_metadata
from tests.helpers.metadata_blocks import UNDEFINED, Tag, entries_of, exif_of, xmp_of
from tests.helpers.pictures import info_of, jpeg_bytes, noise

_KINDS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 12: 8, 129: 1}
# What is corrected, and what is not: any type and any number of any of them.
_TAGS = [0x0100, 0x0112, 0x011A, 0x011B, 0x0128, 0x010E, 0x8298, 0xC614]
_INNER_TAGS = [0x9214, 0xA214, 0xA20E, 0xA20F, 0xA002, 0x9286, 0x927C, 0xA302, 0xF001]


@st.composite
def _tags(draw: st.DrawFn, numbers: list[int]) -> list[Tag]:
    chosen = draw(st.lists(st.sampled_from(numbers), unique=True, min_size=1))
    found = []
    for number in chosen:
        kind = draw(st.sampled_from(sorted(_KINDS)))
        count = draw(st.integers(0, 5))
        size = _KINDS[kind] * count
        found.append(Tag(number, kind, draw(st.binary(min_size=size, max_size=size))))
    return found


@given(
    first=_tags(_TAGS),
    inner=_tags(_INNER_TAGS),
    order=st.sampled_from("<>"),
    orientation=st.integers(1, 8),
    dpi=st.none() | st.tuples(st.floats(0.01, 1e7), st.floats(0.01, 1e7)),
)
@settings(max_examples=200, deadline=None)
def test_any_block_is_corrected_and_what_is_not_corrected_is_kept(
    first: list[Tag],
    inner: list[Tag],
    order: str,
    orientation: int,
    dpi: tuple[float, float] | None,
) -> None:
    block = exif_of(first, exif=inner, order=order)
    exif = Exif.parse(block)
    assert exif is not None
    size = (256, 192) if orientation < 5 else (192, 256)
    reframing = PixelMapping(stored_size=(64, 48), orientation=orientation, size=size)

    corrected, _ = exif.corrected(reframing, dpi)

    found = entries_of(corrected.to_bytes())
    for tag in (0x8298, 0xC614, 0xF001, 0x9286, 0x927C, 0xA302):
        assert found.get(tag) == entries_of(block).get(tag)
    if 0x0112 in found:
        assert found[0x0112] == (3, struct.pack(order + "H", 1))


@given(
    at=st.lists(st.integers(0, 400), max_size=6),
    values=st.lists(st.integers(0, 255), min_size=6, max_size=6),
    output=st.sampled_from(list(OutputFormat)),
)
@settings(max_examples=200, deadline=None)
def test_damage_in_the_head_of_a_jpeg_ends_nothing(
    at: list[int], values: list[int], output: OutputFormat
) -> None:
    codes = noise(8, 8)
    note = Tag(0x927C, UNDEFINED, b"of a maker")
    exif = exif_of([Tag.text(0x010F, "Maker")], exif=[note, Tag.short(0x9214, 1, 2, 3, 4)])
    content = bytearray(jpeg_bytes(codes, exif=exif, xmp=xmp_of(is_wrapped=False)))
    for place, value in zip(at, values, strict=False):
        content[2 + place] = value

    found = read_file_metadata(io.BytesIO(content), "jpeg")

    info = info_of(codes, exif=found.exif, xmp=found.xmp, dpi=found.dpi, texts=found.texts)
    saved = select_metadata(info, output, size=(16, 16), wanted_dpi=None, keep=True)
    if saved.exif is not None:
        assert Exif.parse(saved.exif.to_bytes()) is not None


@pytest.mark.parametrize("file_format", ["jpeg", "png", "tiff", "gif", "webp", "avif", "jxl"])
@given(content=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_as_any_format(file_format: str, content: bytes) -> None:
    read_file_metadata(io.BytesIO(content), file_format, end_at=5)
