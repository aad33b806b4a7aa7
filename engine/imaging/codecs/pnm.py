"""Reads the plain formats PBM, PGM, PPM and PAM, with 8 or 16 bits per sample.

None of the libraries here reads PPM with more than 8 bits. Format: netpbm.sourceforge.net/doc,
pages "pbm", "pgm", "ppm" and "pam".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from engine.core.images import ImageUint

# P1 to P3 hold bits, gray or color as decimal text, P4 to P6 the same as bytes, P7 is PAM.
_BITS_TEXT, _BITS, _PAM = 1, 4, 7
_TEXT = frozenset({1, 2, 3})
_CHANNELS: Final = {1: 1, 2: 1, 3: 3, 4: 1, 5: 1, 6: 3}
_HEADER_BYTES = 65_536
_COMMENT = re.compile(rb"#[^\n\r]*")
# A comment runs from # to the end of its line and may stand before any number.
_TOKEN = re.compile(rb"(?:\s|#[^\n\r]*[\n\r])*(\d+)(?=[\s#])")
_PAM_LINE = re.compile(rb"(?:[ \t]*#[^\n]*\n|\s*\n)*[ \t]*([A-Z]+)[ \t]*([^\n]*)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class PnmHeader:
    """The header of a file.

    Attributes:
        kind: 1 to 7, the digit after the ``P``.
        width_px: Columns.
        height_px: Rows.
        channels: Samples per pixel: 1 or 3, one more with alpha.
        white: Largest sample, 1 to 65535.
        samples_at: Offset of the samples in the file.
    """

    kind: int
    width_px: int
    height_px: int
    channels: int
    white: int
    samples_at: int

    @property
    def bit_depth(self) -> int:
        """Bits per pixel value after reading."""
        return 8 if self.white <= 255 else 16


def pnm_header(file: BinaryIO) -> PnmHeader:
    """Read the header of a file.

    Raises:
        ValueError: If it is not a valid one.
    """
    content = file.read(_HEADER_BYTES)
    kind = content[1] - ord("0")
    header = _pam_header(content) if kind == _PAM else _plain_header(content, kind)
    if min(header.width_px, header.height_px) < 1 or not 1 <= header.white <= 65535:
        raise ValueError(
            f"a picture of {header.width_px}x{header.height_px} with samples to {header.white}"
        )
    if header.channels not in {1, 2, 3, 4}:
        raise ValueError(f"{header.channels} channels")
    return header


def pnm_pixels(file: BinaryIO, header: PnmHeader) -> ImageUint:
    """Read the samples as pixel values, ``(H, W, C)``.

    Raises:
        ValueError: If there are too few.
    """
    file.seek(header.samples_at)
    is_deep = header.white > 255
    white = 65535 if is_deep else 255
    levels = np.rint(np.arange(header.white + 1) * (white / header.white))
    samples = np.minimum(_samples(file, header), header.white)
    shape = (header.height_px, header.width_px, header.channels)
    pixels: ImageUint = levels.astype(np.uint16 if is_deep else np.uint8)[samples]
    return pixels.reshape(shape)


def _samples(file: BinaryIO, header: PnmHeader) -> NDArray[np.integer[Any]]:
    count = header.width_px * header.height_px * header.channels
    if header.kind == _BITS:
        # In bitmaps 1 is black, everywhere else white is the largest sample.
        return 1 - _bits(file, header)
    if header.kind == _BITS_TEXT:
        return 1 - _text_bits(file, count)
    if header.kind in _TEXT:
        words = _COMMENT.sub(b" ", file.read()).split(maxsplit=count)[:count]
        _check_count(len(words), count)
        return np.array(words, dtype="S5").astype(np.uint16)
    content = file.read(count * (1 if header.white <= 255 else 2))
    samples = np.frombuffer(content, np.uint8 if header.white <= 255 else ">u2")
    _check_count(samples.size, count)
    return samples


def _plain_header(content: bytes, kind: int) -> PnmHeader:
    at, numbers = 2, []
    for _ in range(2 if kind in {_BITS_TEXT, _BITS} else 3):
        match = _TOKEN.match(content, at)
        if match is None:
            raise ValueError("the header is not a list of numbers")
        # Ten digits hold any size that is accepted; text of any length would take its time.
        numbers.append(int(match[1][:10]))
        at = match.end()
    width_px, height_px, white = (*numbers, 1)[:3]
    return PnmHeader(
        kind=kind,
        width_px=width_px,
        height_px=height_px,
        channels=_CHANNELS[kind],
        white=white,
        # Exactly one white space: the next byte may be a sample that looks like one.
        samples_at=at + 1,
    )


def _pam_header(content: bytes) -> PnmHeader:
    found: dict[bytes, bytes] = {}
    at = 2
    while b"ENDHDR" not in found:
        match = _PAM_LINE.match(content, at)
        if match is None:
            raise ValueError("the header has no end")
        found[match[1]] = match[2].strip()
        at = match.end()
    width_px, height_px, channels, white = (
        int(found.get(name, b"0")[:10]) for name in (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL")
    )
    return PnmHeader(
        kind=_PAM,
        width_px=width_px,
        height_px=height_px,
        channels=channels,
        white=white,
        samples_at=at,
    )


def _bits(file: BinaryIO, header: PnmHeader) -> NDArray[np.uint8]:
    # Each row begins with a new byte; the last byte of a row is padded.
    row_bytes = -(-header.width_px // 8)
    packed = np.frombuffer(file.read(row_bytes * header.height_px), np.uint8)
    _check_count(packed.size, row_bytes * header.height_px)
    rows = np.unpackbits(packed.reshape(header.height_px, row_bytes), axis=1)
    return rows[:, : header.width_px]


def _text_bits(file: BinaryIO, count: int) -> NDArray[np.uint8]:
    # The digits of P1 need no white space between them.
    digits: NDArray[np.uint8] = np.frombuffer(_COMMENT.sub(b" ", file.read()), np.uint8)
    digits = digits[(digits == ord("0")) | (digits == ord("1"))][:count]
    _check_count(digits.size, count)
    return np.asarray(digits == ord("1"), np.uint8)


def _check_count(found: int, wanted: int) -> None:
    if found < wanted:
        raise ValueError(f"{found} of {wanted} samples")
