from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import pyvips
from PIL import Image

from engine.imaging.containers.avif_items import add_avif_metadata
from tests.helpers.metadata_blocks import Tag, exif_of, xmp_of
from tests.helpers.pictures import noise, vips_image

EXIF = exif_of([Tag.text(0x010F, "Maker")])


def _avif(channels: int = 3, *, xmp: bytes = b"") -> io.BytesIO:
    image = vips_image(noise(16, 24, channels))
    if xmp:
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "xmp-data", xmp)
    keep = "xmp" if xmp else "none"
    return io.BytesIO(image.heifsave_buffer(compression="av1", Q=80, keep=keep))


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("exif", "xmp"), [(EXIF, xmp_of()), (EXIF, None), (None, xmp_of())])
def test_other_readers_find_the_metadata_and_the_same_pixels(
    channels: int, exif: bytes | None, xmp: bytes | None
) -> None:
    stream = _avif(channels)
    before = np.asarray(Image.open(io.BytesIO(stream.getvalue())))
    before_in_libvips = pyvips.Image.new_from_buffer(stream.getvalue(), "").numpy()

    assert add_avif_metadata(stream, exif=exif, xmp=xmp)

    content = stream.getvalue()
    image = Image.open(io.BytesIO(content))
    np.testing.assert_array_equal(np.asarray(image), before)
    assert image.getexif().get(0x010F) == ("Maker" if exif else None)
    assert image.info.get("xmp") == xmp
    loaded = pyvips.Image.new_from_buffer(content, "")
    np.testing.assert_array_equal(loaded.numpy(), before_in_libvips)
    assert bool(loaded.get_typeof("exif-data")) == bool(exif)
    assert bool(loaded.get_typeof("xmp-data")) == bool(xmp)


def test_items_that_are_there_already_stay() -> None:
    stream = _avif(xmp=xmp_of())

    assert add_avif_metadata(stream, exif=EXIF, xmp=None)

    image = Image.open(io.BytesIO(stream.getvalue()))
    assert image.info["xmp"] == xmp_of()
    assert image.getexif()[0x010F] == "Maker"


def test_a_file_of_another_build_is_left_alone() -> None:
    for content in (b"", b"rubbish", struct.pack(">I4s", 12, b"meta") + b"\0" * 4):
        stream = io.BytesIO(content)
        assert not add_avif_metadata(stream, exif=EXIF, xmp=None)
        assert stream.getvalue() == content


@pytest.mark.parametrize(
    ("at", "value"),
    [
        pytest.param(0, 2, id="items numbered with 32 bits"),
        pytest.param(5, 0x44, id="extents that are numbered"),
    ],
)
def test_places_written_in_another_version_are_left_alone(at: int, value: int) -> None:
    content = bytearray(_avif().getvalue())
    content[content.index(b"iloc") + 4 + at] = value
    stream = io.BytesIO(content)

    assert not add_avif_metadata(stream, exif=EXIF, xmp=None)
    assert stream.getvalue() == content


def test_without_metadata_nothing_changes() -> None:
    stream = _avif()
    before = stream.getvalue()

    assert add_avif_metadata(stream, exif=None, xmp=None)
    assert stream.getvalue() == before
