from __future__ import annotations

import pytest

from engine.imaging.formats import OutputFormat
from engine.imaging.photo import PhotoInfo
from engine.imaging.saved_metadata import SavedMetadata, saved_metadata
from tests.helpers.pictures import info_of, noise


def _saved(output: OutputFormat, **said: object) -> SavedMetadata:
    info: PhotoInfo = info_of(noise(4, 4), **said)
    return saved_metadata(info, output, size=(8, 8), dpi=None, keep=True)


def test_a_broken_exif_block_is_dropped_with_a_note() -> None:
    metadata = _saved(OutputFormat.PNG, exif=b"rubbish")

    assert metadata.blobs == {}
    assert metadata.notes == ("The EXIF block is broken and is dropped.",)


@pytest.mark.parametrize(
    ("said", "name"), [({"xmp": b"x" * 70_000}, "XMP"), ({"iptc": b"\x1c" * 70_000}, "IPTC")]
)
def test_what_is_too_long_for_jpeg_is_dropped_with_a_note(
    said: dict[str, bytes], name: str
) -> None:
    metadata = _saved(OutputFormat.JPEG, **said)

    assert metadata.blobs == {}
    assert metadata.notes == (f"{name} is longer than JPEG can hold: it is dropped.",)
    assert _saved(OutputFormat.TIFF, **said).notes == ()
