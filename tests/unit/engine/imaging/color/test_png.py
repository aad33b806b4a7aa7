from __future__ import annotations

import io
import struct
import zlib

import pytest

from engine.imaging.color.png import png_signals


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


@pytest.mark.parametrize(("before", "gamma"), [(9999, 0.5), (10_000, None)])
def test_a_search_through_chunks_without_end_is_given_up(before: int, gamma: float | None) -> None:
    gama = _chunk(b"gAMA", struct.pack(">I", 50_000))
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n" + _chunk(b"junk", b"") * before + gama)
    file.seek(3)

    assert png_signals(file).gamma_encoding == gamma
    assert file.tell() == 3
