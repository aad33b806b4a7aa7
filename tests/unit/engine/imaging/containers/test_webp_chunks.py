from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from engine.imaging.containers.webp_chunks import add_webp_metadata, has_credentials
from tests.helpers.metadata_blocks import Tag, exif_of, xmp_of
from tests.helpers.pictures import builtin_profile, noise

EXIF = exif_of([Tag.text(0x010F, "Maker")])


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("profile", [b"", builtin_profile("p3")])
@pytest.mark.parametrize(("exif", "xmp"), [(EXIF, xmp_of()), (EXIF, None), (None, xmp_of())])
def test_another_reader_finds_the_metadata_and_the_same_pixels(
    channels: int, lossless: bool, profile: bytes, exif: bytes | None, xmp: bytes | None
) -> None:
    stream = io.BytesIO()
    picture = Image.fromarray(noise(7, 9, channels))
    picture.save(stream, "WEBP", lossless=lossless, icc_profile=profile)
    before = np.asarray(Image.open(io.BytesIO(stream.getvalue())))

    add_webp_metadata(stream, size=(9, 7), exif=exif, xmp=xmp)

    content = stream.getvalue()
    assert struct.unpack_from("<I", content, 4) == (len(content) - 8,)
    image = Image.open(io.BytesIO(content))
    np.testing.assert_array_equal(np.asarray(image), before)
    assert image.getexif().get(0x010F) == ("Maker" if exif else None)
    assert image.info.get("xmp") == xmp
    assert image.info.get("icc_profile", b"") == profile


def test_without_metadata_nothing_changes() -> None:
    stream = io.BytesIO()
    Image.fromarray(noise(7, 9)).save(stream, "WEBP")
    before = stream.getvalue()

    add_webp_metadata(stream, size=(9, 7), exif=None, xmp=None)

    assert stream.getvalue() == before


def test_content_credentials_are_found_behind_the_picture() -> None:
    stream = io.BytesIO()
    Image.fromarray(noise(7, 9)).save(stream, "WEBP")
    assert not has_credentials(stream)

    stream.seek(0, 2)
    stream.write(b"C2PA\4\0\0\0abcd")

    assert has_credentials(stream)
    assert not has_credentials(io.BytesIO(stream.getvalue()[:20]))


def test_a_search_through_chunks_without_end_is_given_up() -> None:
    head, empty, wanted = b"RIFF\0\0\0\0WEBP", b"JUNK\0\0\0\0", b"C2PA\0\0\0\0"

    assert has_credentials(io.BytesIO(head + empty * 99_999 + wanted))
    assert not has_credentials(io.BytesIO(head + empty * 100_000 + wanted))
