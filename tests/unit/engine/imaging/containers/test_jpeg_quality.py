from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from engine.imaging.containers.jpeg_quality import LUMA_STEPS, LumaTable, quality_of_steps
from engine.imaging.containers.jpeg_segments import read_jpeg_head
from tests.helpers.pictures import noise


def _quality(channels: int = 3, **options: object) -> int | None:
    stream = io.BytesIO()
    pixels = noise(16, 16, channels)
    Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels).save(stream, "JPEG", **options)
    return read_jpeg_head(stream).luma_table.quality


def _frame(table: int) -> bytes:
    return struct.pack(">BHHB", 8, 16, 16, 1) + bytes((1, 0x11, table))


def _tables(*, number: int, steps: list[int], is_deep: bool = False) -> bytes:
    return struct.pack(">B" + ("64H" if is_deep else "64B"), is_deep << 4 | number, *steps)


@pytest.mark.parametrize("quality", [1, 5, 24, 25, 49, 50, 51, 75, 82, 95, 99, 100])
def test_the_quality_that_libjpeg_was_given_is_found(quality: int) -> None:
    assert _quality(quality=quality) == quality


@pytest.mark.parametrize(
    "options", [{"subsampling": 0}, {"progressive": True}, {"optimize": True}, {"channels": 1}]
)
def test_the_variant_of_jpeg_does_not_matter(options: dict[str, int]) -> None:
    assert _quality(**{"quality": 83, **options}) == 83


def test_a_table_of_another_encoder_counts_by_its_coarseness() -> None:
    # Flat tables, as some cameras and editors have them: no table of libjpeg's family.
    fine, coarse = (quality_of_steps(np.full(64, step, np.float64)) for step in (2, 30))

    assert 94 <= fine <= 99
    assert 25 <= coarse <= 50


def test_the_first_component_says_which_table_is_lumas() -> None:
    table = LumaTable()
    steps = [1] * 64
    table.take(0xDB, _tables(number=0, steps=[90] * 64) + _tables(number=1, steps=steps))
    table.take(0xC0, _frame(table=1))

    assert table.quality == 100


def test_tables_of_16_bits_are_read() -> None:
    table = LumaTable()
    table.take(0xDB, _tables(number=0, steps=[300] * 64, is_deep=True))
    table.take(0xC1, _frame(table=0))

    assert table.quality is not None
    assert table.quality < 15


def test_steps_of_zero_count_as_one() -> None:
    table = LumaTable()
    table.take(0xDB, _tables(number=0, steps=[0] * 64))
    table.take(0xC0, _frame(table=0))

    assert table.quality == 100


@pytest.mark.parametrize(
    "segments",
    [
        [],
        [(0xDB, _tables(number=0, steps=[9] * 64))],
        [(0xC0, _frame(table=0))],
        [(0xDB, _tables(number=0, steps=[9] * 64)), (0xC0, _frame(table=3))],
        [(0xDB, _tables(number=0, steps=[9] * 64)[:40]), (0xC0, _frame(table=0))],
        [(0xDB, _tables(number=0, steps=[9] * 64)), (0xC0, b"\x08\0\x10")],
        # Of Huffman tables, whose marker lies among those of frames.
        [(0xDB, _tables(number=0, steps=[9] * 64)), (0xC4, _frame(table=0))],
    ],
    ids=["empty", "no-frame", "no-table", "unknown-table", "cut-table", "cut-frame", "huffman"],
)
def test_without_frame_and_table_there_is_no_quality(segments: list[tuple[int, bytes]]) -> None:
    table = LumaTable()
    for marker, content in segments:
        table.take(marker, content)

    assert table.quality is None


def test_the_usual_table_is_that_of_quality_50() -> None:
    assert np.asarray(LUMA_STEPS).shape == (8, 8)
    assert _quality(qtables=[[step for row in LUMA_STEPS for step in row]]) == 50
