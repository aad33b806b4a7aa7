from __future__ import annotations

import pytest

from engine.catalog.protobuf_wire import (
    FieldBudget,
    as_bytes,
    as_float,
    as_int,
    as_text,
    read_fields,
    read_packed_varints,
    to_signed,
)
from engine.core.errors import ModelRefusedError


def fields(content: bytes) -> list[tuple[int, object]]:
    found = read_fields(memoryview(content), FieldBudget(left=100))
    return [(n, v if isinstance(v, int) else bytes(v)) for n, v in found]


def test_all_kinds_of_field_are_read() -> None:
    content = (
        b"\x08\x96\x01" + b"\x12\x02hi" + b"\x1d\x00\x00\x80\x3f" + b"\x21" + b"\x01" + b"\0" * 7
    )
    assert fields(content) == [(1, 150), (2, b"hi"), (3, 0x3F800000), (4, 1)]


def test_numbers_above_the_signed_range_are_negative() -> None:
    assert to_signed((1 << 64) - 1) == -1
    assert to_signed(5) == 5
    assert list(read_packed_varints((1 << 64) - 2)) == [-2]
    assert list(read_packed_varints(memoryview(b"\x01\x96\x01"))) == [1, 150]


def test_floats_are_read_from_their_bits() -> None:
    assert as_float(0x3F800000) == 1.0


@pytest.mark.parametrize(
    "content",
    [
        b"\x12\x05hi",
        b"\x1d\x00",
        b"\x80",
        b"\xff" * 11,
        b"\x0b",
        b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
    ],
)
def test_cut_and_broken_messages_are_refused(content: bytes) -> None:
    with pytest.raises(ModelRefusedError):
        fields(content)


def test_numbers_and_bytes_are_not_taken_for_each_other() -> None:
    with pytest.raises(ModelRefusedError):
        as_bytes(3)
    with pytest.raises(ModelRefusedError):
        as_int(memoryview(b"3"))
    assert as_text(memoryview(b"a\xff")) == "a�"
