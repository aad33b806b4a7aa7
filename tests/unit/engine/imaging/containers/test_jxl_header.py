from __future__ import annotations

import imagecodecs
import pytest

from engine.imaging.containers.jxl_header import jxl_size
from tests.helpers.pictures import noise


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (77, 123), (64, 64), (256, 256), (40, 30), (160, 90), (9000, 4)]
)
@pytest.mark.parametrize("container", [False, True])
def test_the_size_is_read_as_an_encoder_wrote_it(width: int, height: int, container: bool) -> None:
    content = bytes(imagecodecs.jpegxl_encode(noise(height, width), usecontainer=container))

    assert jxl_size(content) == (width, height)


def _box(kind: bytes, content: bytes, *, long: bool = False) -> bytes:
    if long:
        return b"\0\0\0\1" + kind + (16 + len(content)).to_bytes(8, "big") + content
    return (8 + len(content)).to_bytes(4, "big") + kind + content


# Small: 1 bit, height / 8 - 1 in 5 bits, ratio 1 (a square) in 3 bits.
SQUARE = b"\xff\x0a" + (1 | 3 << 1 | 1 << 6).to_bytes(2, "little")


def test_a_codestream_may_come_in_parts_behind_long_boxes() -> None:
    content = _box(b"JXL ", b"\r\n\x87\n") + _box(b"Exif", b"1234", long=True)

    assert jxl_size(content + _box(b"jxlp", b"\0\0\0\0" + SQUARE)) == (32, 32)
    assert jxl_size(content + _box(b"jxlc", SQUARE, long=True)) == (32, 32)


@pytest.mark.parametrize(
    "content", [b"", b"rubbish, all of it", b"\0\0\0\x02jxl!", _box(b"JXL ", b"\r\n\x87\n")]
)
def test_what_holds_no_codestream_has_no_size(content: bytes) -> None:
    assert jxl_size(content) is None
