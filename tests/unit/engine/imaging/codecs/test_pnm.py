from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import UnreadableImageError
from engine.core.images import ImageUint
from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.codecs.pnm import pnm_header
from engine.imaging.photo import PhotoInfo
from tests.helpers.pictures import noise


def _decoded(folder: Path, content: bytes) -> tuple[PhotoInfo, ImageUint, ImageUint | None]:
    path = folder / "a.pnm"
    path.write_bytes(content)
    with open_photo(path, scratch_folder=folder) as photo:
        alpha = photo.alpha.read(photo.alpha.whole) if photo.alpha is not None else None
        assert read_info(path) == photo.info
        return photo.info, photo.color.read(photo.color.whole), alpha


def _text(pixels: ImageUint) -> bytes:
    return b"\n".join(b" ".join(b"%d" % code for code in row.ravel()) for row in pixels)


@pytest.mark.parametrize("white", [255, 100, 1, 65535, 4095, 1023, 256])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("is_text", [False, True])
def test_every_depth_is_read_to_its_full_range(
    tmp_path: Path, white: int, channels: int, is_text: bool
) -> None:
    samples = noise(5, 7, channels, np.uint16) % np.uint16(white + 1 if white < 65535 else 65535)
    samples[0, 0], samples[0, 1] = 0, white
    kind = {(1, True): 2, (3, True): 3, (1, False): 5, (3, False): 6}[channels, is_text]
    packed = samples.astype("u1" if white < 256 else ">u2").tobytes()
    content = b"P%d\n# a comment\n7 5\n%d\n" % (kind, white)

    info, pixels, alpha = _decoded(tmp_path, content + (_text(samples) if is_text else packed))

    full = 255 if white < 256 else 65535
    assert (info.bit_depth, info.channels, info.notes) == (8 if white < 256 else 16, channels, ())
    assert alpha is None
    assert np.abs(pixels - samples * (full / white)).max() <= 0.5


@pytest.mark.parametrize("white", [255, 65535])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pam_is_read_with_its_alpha(tmp_path: Path, white: int, channels: int) -> None:
    samples = noise(5, 7, channels, np.uint16) % np.uint16(white) + np.uint16(1)
    head = b"P7\n# text\nWIDTH 7\nHEIGHT 5\nDEPTH %d\nMAXVAL %d\nTUPLTYPE ANY\nENDHDR\n"
    packed = samples.astype("u1" if white < 256 else ">u2").tobytes()

    _, pixels, alpha = _decoded(tmp_path, head % (channels, white) + packed)

    colors = 1 if channels < 3 else 3
    np.testing.assert_array_equal(pixels, samples[..., :colors])
    if alpha is not None:
        np.testing.assert_array_equal(alpha, samples[..., colors:])
    assert (alpha is None) == (channels in {1, 3})


@pytest.mark.parametrize("width", [1, 7, 8, 9, 64])
def test_bits_are_ink_on_white(tmp_path: Path, width: int) -> None:
    bits = np.random.default_rng(0).integers(0, 2, (5, width)).astype(bool)
    stream = io.BytesIO()
    Image.fromarray(~bits).save(stream, "PPM")
    digits = b"".join(b"%d" % bit for bit in bits.ravel())

    for content in (stream.getvalue(), b"P1 %d 5\n" % width + digits):
        info, pixels, _ = _decoded(tmp_path, content)
        assert info.channels == 1
        np.testing.assert_array_equal(pixels[..., 0], np.where(bits, 0, 255))


@pytest.mark.parametrize(
    "content",
    [
        b"P6 4 4 255\n" + b"\1" * 47,
        b"P6 4 4 65535\n" + b"\1" * 95,
        b"P5 4 4 1023\n" + b"\1" * 31,
        b"P3 2 2 255\n1 2 3 4 5 6 7 8 9 10 11",
        b"P3 1 1 255\n1 two 3",
        b"P2 1 1 255\n-5",
        b"P1 3 3\n10101010",
        b"P4 9 2\n\xff\x80\xff",
        b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 9\nMAXVAL 255\nENDHDR\n" + b"\1" * 99,
        b"P7\nWIDTH 2\nHEIGHT 2\n",
        b"P7\nWIDTH two\nENDHDR\n",
        b"P5 0 4 255\n",
        b"P5 4 4 65536\n",
        b"P5 4 4 0\n",
        b"P5 \n",
    ],
)
def test_what_is_cut_or_makes_no_sense_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pnm").write_bytes(content)

    with pytest.raises(UnreadableImageError, match=r"a\.pnm: damaged"):
        open_photo(tmp_path / "a.pnm", scratch_folder=tmp_path)


def test_comments_may_stand_anywhere_in_the_head(tmp_path: Path) -> None:
    content = b"P5#one\n#two\n 2 #three\n#four\n 1\n255\n\x0a\x20"

    assert _decoded(tmp_path, content)[1].ravel().tolist() == [10, 32]


def test_what_follows_the_samples_is_not_the_pictures(tmp_path: Path) -> None:
    assert _decoded(tmp_path, b"P2 2 1 255 1 2 3 4")[1].ravel().tolist() == [1, 2]
    assert pnm_header(io.BytesIO(b"P6 2 1 255\n" + b"\0" * 99)).samples_at == 11
