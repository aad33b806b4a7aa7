"""Reads the protobuf wire format, field by field, from bytes nobody vouches for.

Only what is asked for is decoded, nothing is copied, and every length is
checked against what is there. Reference: protobuf.dev, "Encoding".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.core.errors import ModelRefusedError

WireValue: TypeAlias = int | memoryview

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MAX_VARINT_BYTES = 10


@dataclass(slots=True, kw_only=True)
class FieldBudget:
    """How many more fields may be read: a small file must not cost minutes."""

    left: int

    def spend(self) -> None:
        """Count one field.

        Raises:
            ModelRefusedError: If it is one too many.
        """
        self.left -= 1
        if self.left < 0:
            raise ModelRefusedError("the file has more entries than any network")


def read_fields(data: memoryview, budget: FieldBudget) -> Iterator[tuple[int, WireValue]]:
    """Yield ``(field number, value)`` of one message, in the order of the file.

    Variable and fixed-width numbers come as unsigned integers, everything
    else as a view of its bytes.

    Raises:
        ModelRefusedError: If the bytes are no message, or the budget is spent.
    """
    position = 0
    while position < len(data):
        budget.spend()
        key, position = _read_varint(data, position)
        value, position = _read_value(data, position, key & 7)
        yield key >> 3, value


def read_packed_varints(value: WireValue) -> Iterator[int]:
    """Yield the integers of a repeated field, packed or not."""
    if isinstance(value, int):
        yield to_signed(value)
        return
    position = 0
    while position < len(value):
        number, position = _read_varint(value, position)
        yield to_signed(number)


def to_signed(number: int) -> int:
    """Return a 64-bit varint as the signed integer it stands for."""
    return number - (1 << 64) if number >= 1 << 63 else number


def as_bytes(value: WireValue) -> memoryview:
    """Return ``value`` as bytes.

    Raises:
        ModelRefusedError: If the field holds a number.
    """
    if isinstance(value, int):
        raise ModelRefusedError("a number stands where text or a message belongs")
    return value


def as_int(value: WireValue) -> int:
    """Return ``value`` as a signed integer.

    Raises:
        ModelRefusedError: If the field holds bytes.
    """
    if not isinstance(value, int):
        raise ModelRefusedError("text stands where a number belongs")
    return to_signed(value)


def as_text(value: WireValue) -> str:
    """Return ``value`` as text; what is no UTF-8 is replaced."""
    return bytes(as_bytes(value)).decode("utf-8", "replace")


def as_float(value: WireValue) -> float:
    """Return a fixed 32-bit ``value`` as the float it stands for."""
    bits = as_int(value) & 0xFFFFFFFF
    (number,) = struct.unpack("<f", bits.to_bytes(4, "little"))
    return float(number)


def _read_value(data: memoryview, position: int, wire_type: int) -> tuple[WireValue, int]:
    if wire_type == _VARINT:
        return _read_varint(data, position)
    if wire_type == _BYTES:
        length, position = _read_varint(data, position)
        return _take(data, position, length), position + length
    if wire_type in {_FIXED32, _FIXED64}:
        length = 4 if wire_type == _FIXED32 else 8
        return int.from_bytes(_take(data, position, length), "little"), position + length
    raise ModelRefusedError("the file is no ONNX model, or damaged")


def _take(data: memoryview, position: int, length: int) -> memoryview:
    if length > len(data) - position:
        raise ModelRefusedError("the file is cut off or damaged")
    return data[position : position + length]


def _read_varint(data: memoryview, position: int) -> tuple[int, int]:
    number = 0
    for index in range(_MAX_VARINT_BYTES):
        if position >= len(data):
            raise ModelRefusedError("the file is cut off or damaged")
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return number & ((1 << 64) - 1), position
    raise ModelRefusedError("the file is no ONNX model, or damaged")
