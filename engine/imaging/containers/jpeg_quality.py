"""Reads from a JPEG's quantization tables with what quality it was compressed.

Formats: ITU-T T.81, annexes B.2.2 (frame), B.2.4.1 (tables) and K.1 (the usual table of luma).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

LUMA_STEPS: Final = (
    (16, 11, 10, 16, 24, 40, 51, 61), (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56), (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77), (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101), (72, 92, 95, 98, 112, 100, 103, 99),
)  # fmt: skip
"""Quantization steps of luma at quality 50, one vertical frequency per row."""

_DEFINE_TABLES: Final = 0xDB
# Start-of-frame markers; the numbers of DHT, JPG and DAC are among them.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STEPS: Final = 64


@dataclass(slots=True)
class LumaTable:
    """The quantization table of the first component, which is luma in all but odd files."""

    _tables: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    _selected: int | None = None

    def take(self, marker: int, content: bytes) -> None:
        """Read a segment if it is one of quantization tables or a frame."""
        if marker == _DEFINE_TABLES:
            self._take_tables(content)
        elif marker in _FRAMES and self._selected is None and len(content) >= 9:
            # precision, height, width, count | identifier, sampling, table | ...
            #     1        2      2      1          1          1        1
            self._selected = content[8]

    @property
    def quality(self) -> int | None:
        """Quality on libjpeg's scale, 1 to 100; None without a frame or its table."""
        table = None if self._selected is None else self._tables.get(self._selected)
        return None if table is None else quality_of_steps(table)

    def _take_tables(self, content: bytes) -> None:
        # element size and number of the table | 64 steps | the same of the next table | ...
        #             4 bits each, one byte       1 or 2 bytes each
        at = 0
        while at < len(content):
            is_deep, number = content[at] >> 4, content[at] & 15
            layout = ">64H" if is_deep else ">64B"
            at += 1
            if len(content) < at + struct.calcsize(layout):
                return
            # A step of 0 is invalid; decoders would multiply with it.
            steps = np.maximum(struct.unpack_from(layout, content, at), 1).astype(np.float64)
            self._tables.setdefault(number, steps)
            at += struct.calcsize(layout)


def quality_of_steps(steps: NDArray[np.float64]) -> int:
    """Return the quality whose usual table of luma is nearest to ``steps``.

    It is exact for files by libjpeg. Other encoders have tables of their own, and the result
    is the quality at which libjpeg would quantize about as coarsely.

    Shape:
        - ``steps``: ``(64,)``, in the zigzag order of files.
    """
    # In logarithms: half the step and twice the step differ equally from one step.
    differences = np.abs(np.log(_usual_steps()) - np.log(steps)[None])
    return int(np.argmin((differences * _FREQUENCY_WEIGHTS).sum(1))) + 1


@cache
def _usual_steps() -> NDArray[np.float64]:
    """Return libjpeg's steps of luma at quality 1 to 100, ``(100, 64)`` in zigzag order."""
    quality = np.arange(1, 101)
    # libjpeg's jpeg_quality_scaling and jpeg_add_quant_table.
    percent = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    usual = np.asarray(LUMA_STEPS).ravel()[_zigzag()]
    steps = (usual[None] * percent[:, None] + 50) // 100
    return np.asarray(np.clip(steps, 1, 255), np.float64)


def _zigzag() -> NDArray[np.intp]:
    # Diagonal by diagonal from the top left, alternately upwards and downwards:
    #     0  1  5  6
    #     2  4  7
    #     3  8
    #     9
    places = [(row, column) for row in range(8) for column in range(8)]
    order = sorted(places, key=lambda place: (sum(place), place[0] if sum(place) % 2 else place[1]))
    return np.asarray([row * 8 + column for row, column in order])


# Pictures have most of their detail at low frequencies, so those steps decide the error.
_FREQUENCY_WEIGHTS: Final = 1 / (1 + np.arange(_STEPS) / 8)
